package io.messagelogger.settings;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Every setting of the service: its name (an environment variable), its default, what is allowed
 * and what it means. The table in docs/settings.md, the deployment files and the check at start are
 * all held against this list.
 */
public enum Setting {
  REDIS_HOST("localhost", Kind.TEXT, "host of the Redis that holds the queue"),
  REDIS_PORT("6379", Kind.PORT, "port of that Redis"),
  REDIS_URL(
      "",
      Kind.REDIS_URL,
      "redis:// or rediss:// with user, password, host, port and database; overrides both"),
  REDIS_QUEUE("MESSAGES", Kind.TEXT, "list that is drained, and pub/sub channel of the live feed"),
  BATCH_SIZE("1000", Kind.count(1, 100_000), "maximum messages per transaction"),
  BATCH_BYTES(
      "8388608",
      Kind.count(1024, 67_108_864),
      "maximum bytes per transaction, not counting the message that exceeds it"),
  BATCH_INTERVAL(
      "0.25",
      Kind.seconds("0", "3600"),
      "maximum seconds that a message waits for its batch to fill"),
  WRITERS("2", Kind.count(1, 32), "batches in progress at the same time"),
  CLAIM_LEASE(
      "10",
      Kind.seconds("1", "3600"),
      "seconds after which another server takes over the claims of one that has died"),
  MAX_MESSAGE_BYTES("1048576", Kind.count(1024, 67_108_864), "maximum bytes per message"),
  MAX_REQUEST_BYTES("8388608", Kind.count(1024, 268_435_456), "maximum bytes per POST"),
  FEED_CLIENTS("5000", Kind.count(1, 1_000_000), "maximum clients of the live feed"),
  FEED_ORIGINS(
      "*",
      Kind.TEXT,
      "origins of web pages that may read the live feed, separated by commas, as in"
          + " https://a.example; the page's own always may; * for all"),
  FEED_REPLAYS(
      "2", Kind.count(1, 16), "maximum clients for which stored messages are read at the same time"),
  FEED_QUEUE_FRAMES(
      "100000",
      Kind.count(1, 10_000_000),
      "maximum frames queued for a slow client of the live feed; what happens then is in"
          + " docs/feed.md"),
  FEED_QUEUE_BYTES(
      "16777216", Kind.count(1024, 1_073_741_824), "the same limit in bytes of the frames' text"),
  FEED_SEND_TIMEOUT(
      "20",
      Kind.seconds("1", "3600"),
      "seconds that a client of the live feed may read nothing, or be behind, before it is closed"),
  DB_HOST("localhost", Kind.TEXT, "host of PostgreSQL or TimescaleDB"),
  DB_PORT("5432", Kind.PORT, "port of the database server"),
  DB_USER("user", Kind.TEXT, "database user"),
  DB_PASSWORD("password", Kind.SECRET, "password of the database user"),
  DB_NAME("message_db", Kind.TEXT, "database name"),
  DB_MIGRATOR_USER(
      "",
      Kind.NAME,
      "user that owns the tables: creates and changes the schema, takes over old rows, removes"
          + " expired ones; DB_USER when unset"),
  DB_MIGRATOR_PASSWORD("", Kind.SECRET, "password of that user"),
  CHUNK_INTERVAL("1d", Kind.span("1h", "3650d", false), "time span of a chunk (TimescaleDB)"),
  COMPRESS_AFTER(
      "7d",
      Kind.span("1h", "36500d", true),
      "age at which chunks are compressed (TimescaleDB with its community licence)"),
  RETENTION(
      "off",
      Kind.span("1h", "36500d", true),
      "age at which messages are removed; whole chunks at a time with TimescaleDB"),
  ERASURE("off", Kind.SWITCH, "whether DELETE /messages/{uuid} erases a message"),
  HTTP_PORT("5000", Kind.PORT, "port of REST, page, WebSocket, health and metrics");

  private final String defaultText;
  private final Kind kind;
  private final String meaning;

  Setting(String defaultText, Kind kind, String meaning) {
    this.defaultText = defaultText;
    this.kind = kind;
    this.meaning = meaning;
  }

  /** What holds when the environment says nothing; empty means unset. */
  public String defaultText() {
    return defaultText;
  }

  /** What the setting means, in a phrase. */
  public String meaning() {
    return meaning;
  }

  /** What is allowed, in a phrase. */
  public String allowed() {
    return kind.allowed;
  }

  /** The value may not appear in a log or a message. */
  public boolean secret() {
    return kind.secret;
  }

  /** One line that says what is wrong with this value; empty when nothing is. */
  public Optional<String> complaint(String value) {
    if (kind.check.accepts(value)) {
      return Optional.empty();
    }
    String shown = secret() ? "its value (not shown)" : "\"" + printed(value) + "\"";
    return Optional.of(name() + ": " + shown + " is not allowed; it must be " + allowed());
  }

  /** The value in one line, whatever is in it. */
  private static String printed(String value) {
    return value
        .codePoints()
        .mapToObj(c -> Character.isISOControl(c) ? "\\u%04x".formatted(c) : Character.toString(c))
        .collect(Collectors.joining());
  }

  /** How a value is checked and how the check is told. Immutable. */
  private record Kind(String allowed, boolean secret, Check check) {
    static final Kind TEXT =
        new Kind("text without control characters", false, v -> !v.isEmpty() && printable(v));
    static final Kind NAME = new Kind("text without control characters", false, Kind::printable);
    static final Kind SWITCH =
        new Kind("on or off", false, v -> v.equals("on") || v.equals(Settings.OFF));
    static final Kind SECRET = new Kind("text", true, v -> true);
    static final Kind PORT = count(1, 65_535);
    static final Kind REDIS_URL =
        new Kind("redis://… or rediss://… with a host", true, v -> v.isEmpty() || redisUrl(v));

    static Kind count(long min, long max) {
      return new Kind(
          "a whole number from " + min + " to " + max,
          false,
          v -> v.matches("\\d{1,12}") && Long.parseLong(v) >= min && Long.parseLong(v) <= max);
    }

    static Kind seconds(String min, String max) {
      BigDecimal least = new BigDecimal(min);
      BigDecimal most = new BigDecimal(max);
      return new Kind(
          "a number of seconds from " + min + " to " + max + " (decimals allowed)",
          false,
          v ->
              v.matches("\\d{1,9}(\\.\\d{1,9})?|\\.\\d{1,9}")
                  && new BigDecimal(v).compareTo(least) >= 0
                  && new BigDecimal(v).compareTo(most) <= 0);
    }

    static Kind span(String min, String max, boolean mayBeOff) {
      Duration least = Settings.span(min);
      Duration most = Settings.span(max);
      return new Kind(
          "a whole number of minutes, hours or days from %s to %s, as in 90m, 36h or 7d%s"
              .formatted(min, max, mayBeOff ? "; or off" : ""),
          false,
          v ->
              (mayBeOff && v.equals(Settings.OFF))
                  || (v.matches("\\d{1,9}[mhd]")
                      && Settings.span(v).compareTo(least) >= 0
                      && Settings.span(v).compareTo(most) <= 0));
    }

    private static boolean printable(String value) {
      return value.chars().noneMatch(Character::isISOControl);
    }

    private static boolean redisUrl(String value) {
      try {
        URI uri = new URI(value);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        return (scheme.equals("redis") || scheme.equals("rediss"))
            && uri.getHost() != null
            && uri.getPort() != 0
            && uri.getPort() <= 65_535
            && uri.getPath().matches("/?\\d{0,6}");
      } catch (URISyntaxException e) {
        return false;
      }
    }
  }

  /** Whether a value is allowed. */
  @FunctionalInterface
  private interface Check {
    boolean accepts(String value);
  }
}
