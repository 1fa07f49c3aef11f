package io.messagelogger.settings;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
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
  FEED_REPLAYS(
      "2",
      Kind.count(1, 16),
      "maximum clients for which stored messages are read at the same time"),
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
  HTTP_PORT("5000", Kind.PORT, "port of REST, page, WebSocket, health and metrics"),
  HTTP_HOST(
      "localhost",
      Kind.TEXT,
      "address to listen on; * for all. Any but a loopback address needs JWT_ISSUER, API_KEYS_FILE or"
          + " ALLOW_ANONYMOUS=true"),
  ALLOW_ANONYMOUS(
      "false", Kind.TRUTH, "whether anyone may read and write on an address that others can reach"),
  JWT_ISSUER("", Kind.NAME, "issuer (claim iss) whose JSON Web Tokens let their bearers in"),
  JWT_AUDIENCE("", Kind.NAME, "audience (claim aud) that a token must name"),
  JWT_JWKS_URL("", Kind.KEYS_URL, "where the issuer publishes its keys"),
  JWT_PUBLIC_KEY_FILE("", Kind.NAME, "the issuer's public key or certificate (PEM) instead"),
  JWT_ALGORITHMS(
      "RS256,ES256", Kind.ALGORITHMS, "signature algorithms that are accepted, comma-separated"),
  JWT_MAX_AGE(
      "off",
      Kind.span("1m", "3650d", true),
      "age of a token (claim iat) from which it is refused, although it has not expired"),
  JWT_CLOCK_SKEW(
      "30", Kind.seconds("0", "300"), "seconds by which the issuer's clock may be wrong"),
  JWT_ROLES_CLAIM(
      "groups", Kind.TEXT, "claim with the roles reader, writer, operator; dots lead into objects"),
  JWT_SUBJECTS_CLAIM(
      "subjects",
      Kind.TEXT,
      "claim with the subjects (names or prefix*) that limit what a token's bearer sees"),
  API_KEYS_FILE("", Kind.NAME, "file with the hashes of API keys"),
  FEED_ORIGINS(
      "",
      Kind.ORIGINS,
      "origins, comma-separated, whose pages may open the live feed beside our own page"),
  RATE_LIMIT(
      "1000",
      Kind.countOrOff(1, 1_000_000),
      "requests per second of one token holder or key; more get 429"),
  REQUESTS_PER_CALLER(
      "64",
      Kind.countOrOff(1, 100_000),
      "requests of one token holder or key under way at the same time; more get 429"),
  EXPORTS_PER_CALLER("4", Kind.countOrOff(1, 1_000), "of these, exports as NDJSON or CSV"),
  FORWARDED_HEADERS(
      "off",
      Kind.SWITCH,
      "whether Forwarded and X-Forwarded-Proto, -Host and -Prefix are believed, for links; only where"
          + " every request comes through a proxy that sets them"),
  EXPORTS("4", Kind.count(1, 15), "whole lists that are streamed at the same time by one server"),
  CSV_FORMULAS(
      "guard",
      Kind.oneOf("guard", "keep"),
      "whether a CSV field that starts as a formula does gets a ' in front"),
  CORS_ORIGINS(
      "", Kind.ORIGINS, "origins, comma-separated, whose pages may read with the REST API"),
  RELATED_KEYS(
      "correlation_id,correlationid,correlationId,conversation_id,conversationId,trace_id,traceid,traceparent,"
          + "in_reply_to,inReplyTo,reply_to,causation_id,causationid,contextId,taskId,context_id,task_id,session_id,"
          + "Mcp-Session-Id,mcp_session_id,progressToken,jsonrpc_id",
      Kind.TEXT,
      "keys of message_metadata, comma-separated, by whose values messages are related"),
  SOCKETS_PER_CALLER(
      "100", Kind.countOrOff(1, 100_000), "live feeds of one token holder or key per server");

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
  static String printed(String value) {
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
    static final Kind TRUTH =
        new Kind("true or false", false, v -> v.equals("true") || v.equals("false"));
    static final Kind KEYS_URL =
        new Kind("https://… (http://… on loopback)", false, v -> v.isEmpty() || keysUrl(v));
    static final Kind ALGORITHMS =
        new Kind(
            "a list of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA",
            false,
            v -> v.matches("(?:[RPE]S(?:256|384|512)|EdDSA)(?:,(?:[RPE]S(?:256|384|512)|EdDSA))*"));
    static final Kind ORIGINS =
        new Kind(
            "a list of origins, as in https://a.example,https://b.example:8443; or *",
            false,
            v ->
                v.isEmpty()
                    || v.equals("*")
                    || Arrays.stream(v.split(",", -1)).allMatch(Kind::origin));
    static final Kind PORT = count(1, 65_535);
    static final Kind REDIS_URL =
        new Kind(
            "redis://… or rediss://… with a host",
            true,
            v -> v.isEmpty() || RedisUrl.of(v).isPresent());

    static Kind oneOf(String... words) {
      return new Kind(String.join(" or ", words), false, v -> Arrays.asList(words).contains(v));
    }

    static Kind count(long min, long max) {
      return new Kind(
          "a whole number from " + min + " to " + max,
          false,
          v -> v.matches("\\d{1,12}") && Long.parseLong(v) >= min && Long.parseLong(v) <= max);
    }

    static Kind countOrOff(long min, long max) {
      Kind count = count(min, max);
      return new Kind(
          count.allowed + "; or off", false, v -> v.equals(Settings.OFF) || count.check.accepts(v));
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

    private static boolean keysUrl(String value) {
      try {
        URI uri = new URI(value);
        String host = uri.getHost();
        return host != null
            && ("https".equalsIgnoreCase(uri.getScheme())
                || ("http".equalsIgnoreCase(uri.getScheme()) && Loopback.is(host)));
      } catch (URISyntaxException e) {
        return false;
      }
    }

    private static boolean origin(String value) {
      return value.matches(
          "https?://[A-Za-z0-9.-]+(:\\d{1,5})?|https?://\\[[0-9a-fA-F:.]+](:\\d{1,5})?");
    }
  }

  /** Whether a value is allowed. */
  @FunctionalInterface
  private interface Check {
    boolean accepts(String value);
  }
}
