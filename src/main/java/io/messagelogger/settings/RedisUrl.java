package io.messagelogger.settings;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is and who connects to it, as in {@code rediss://user:password@host:6380/2}. Host
 * names may have an underscore, as those of containers often do; {@link java.net.URI} takes none.
 * Immutable.
 *
 * @param tls whether the connection is encrypted
 * @param user null for the default user
 * @param password null for none
 * @param host a name or an address, an IPv6 address without its brackets
 * @param port from 1 to 65535
 * @param database its number
 */
public record RedisUrl(
    boolean tls,
    @Nullable String user,
    @Nullable String password,
    String host,
    int port,
    int database) {
  private static final int DEFAULT_PORT = 6379;

  private static final Pattern FORM =
      Pattern.compile(
          "redis(?<tls>s?)://(?:(?<user>[^:@/?#\\s\"<>^`{|}\\\\]*)(?::(?<password>[^@/?#\\s\"<>^`{|}\\\\]*))?@)?"
              + "(?:\\[(?<v6>[0-9A-Fa-f:.]+)]|(?<host>[\\p{L}\\p{N}._-]+))"
              + "(?::(?<port>\\d{1,5}))?(?:/(?<database>\\d{1,6})?)?",
          Pattern.CASE_INSENSITIVE);

  /** What this text says; empty when it is not the URL of a Redis. */
  public static Optional<RedisUrl> of(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    String port = form.group("port");
    int number = port == null ? DEFAULT_PORT : Integer.parseInt(port);
    if (number < 1 || number > 65_535) {
      return Optional.empty();
    }
    String database = form.group("database");
    String address = form.group("v6");
    try {
      return Optional.of(
          new RedisUrl(
              !form.group("tls").isEmpty(),
              decoded(form.group("user")),
              decoded(form.group("password")),
              address == null ? form.group("host") : address,
              number,
              database == null ? 0 : Integer.parseInt(database)));
    } catch (IllegalArgumentException e) { // a % with something else behind it
      return Optional.empty();
    }
  }

  private static @Nullable String decoded(@Nullable String part) {
    return part == null || part.isEmpty()
        ? null
        : URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
