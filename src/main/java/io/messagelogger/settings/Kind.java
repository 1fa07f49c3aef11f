package io.messagelogger.settings;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/** How a value is checked and how the check is told. Immutable. */
record Kind(String allowed, boolean secret, Check check) {
  /** A name or an address, an IPv6 one in brackets. */
  private static final String HOST = "(?:[A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+])";

  static final Kind TEXT =
      new Kind("text without control characters", false, v -> !v.isEmpty() && printable(v));
  static final Kind NAME = new Kind("text without control characters", false, Kind::printable);
  static final Kind QUEUES =
      new Kind(
          "names without commas and control characters, comma-separated, each once",
          false,
          v -> printable(v) && queues(v));
  static final Kind SECRET = new Kind("text", true, v -> true);
  static final Kind SWITCH =
      new Kind("on or off", false, v -> v.equals("on") || v.equals(Settings.OFF));
  static final Kind TRUTH =
      new Kind("true or false", false, v -> v.equals("true") || v.equals("false"));
  static final Kind TRUE_OR_UNSET =
      new Kind("true or unset", false, v -> v.isEmpty() || v.equals("true"));
  static final Kind KEYS_URL =
      new Kind("https://… (http://… on loopback)", false, v -> v.isEmpty() || keysUrl(v));
  static final Kind COLLECTOR =
      new Kind(
          "http://host:port or https://host:port, and a path where it has one",
          false,
          v -> v.isEmpty() || v.matches("https?://%s(:\\d{1,5})?(/[^?#\\s@]*)?".formatted(HOST)));
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

  /** The server's configuration refers to it, and would replace what looks like a variable. */
  static final Kind SERVER_TEXT =
      new Kind(
          "text without control characters and without ${",
          false,
          v -> !v.isEmpty() && printable(v) && !v.contains("${"));

  static final Kind SERVER_NAME =
      new Kind(
          "text without control characters and without ${",
          false,
          v -> printable(v) && !v.contains("${"));

  /** The same of a password; the server would decode one that begins with an encoding. */
  static final Kind SERVER_SECRET =
      new Kind(
          "text without ${ that does not begin with {xor}, {aes} or {hash}",
          true,
          v -> !v.contains("${") && !v.matches("(?is)\\{(xor|aes|aes-128|aes-256|hash)}.*"));

  /** As the driver takes them behind one name of a host and one port. */
  static final Kind HOSTS =
      new Kind(
          "hosts, comma-separated, each but the last with its port, as in a:5432,b; without ${",
          false,
          v -> v.isEmpty() || v.matches("(?:%1$s:\\d{1,5},)*%1$s".formatted(HOST)));

  static final Kind PORT = count(1, 65_535);
  static final Kind PORT_OR_UNSET =
      new Kind(PORT.allowed, false, v -> v.isEmpty() || PORT.check.accepts(v));
  static final Kind REDIS_URL =
      new Kind(
          "redis://host:port/database, redis-sentinel://host:port,…/database#master or"
              + " redis-cluster://host:port,… (rediss for TLS; user:password@ before the first host)",
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

  private static boolean queues(String value) {
    List<String> names = Settings.names(value);
    return names.stream().noneMatch(String::isEmpty) && new HashSet<>(names).size() == names.size();
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

  /** Whether a value is allowed. */
  @FunctionalInterface
  interface Check {
    boolean accepts(String value);
  }
}
