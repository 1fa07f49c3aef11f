package io.messagelogger.settings;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is and who connects to it, as in {@code rediss://user:password@host:6380/2}, {@code
 * redis-sentinel://a,b:26380,c/0#mymaster} or {@code redis-cluster://a:7000,b:7000,c:7000}. Host
 * names may have an underscore, as those of containers often do; {@link java.net.URI} takes none.
 * Immutable.
 *
 * @param form what the addresses are of
 * @param tls whether connections are encrypted
 * @param user null for the default user
 * @param password null for none
 * @param addresses of the Redis, of the sentinels, or of some nodes of the cluster
 * @param database its number
 * @param master what the sentinels call the master; null where there are none
 */
public record RedisUrl(
    Form form,
    boolean tls,
    @Nullable String user,
    @Nullable String password,
    List<Address> addresses,
    int database,
    @Nullable String master) {
  private static final Pattern FORM =
      Pattern.compile(
          "redis(?<tls>s?)(?:-(?<form>sentinel|cluster))?://"
              + "(?:(?<user>[^:@/?#\\s\"<>^`{|}\\\\]*)(?::(?<password>[^@/?#\\s\"<>^`{|}\\\\]*))?@)?"
              + "(?<addresses>[^@/?#\\s]+)(?:/(?<database>\\d{1,6})?)?(?:#(?<master>[\\w.-]+))?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:\\[(?<v6>[0-9A-Fa-f:.]+)]|(?<host>[\\p{L}\\p{N}._-]+))(?::(?<port>\\d{1,5}))?");

  /** How the Redis is run. */
  public enum Form {
    /** One, or what stands for one. */
    SINGLE(6379),
    /** A master and its replicas, one of which the sentinels make the next master. */
    SENTINEL(26379),
    /** Several masters, each with its part of the keys, and their replicas. */
    CLUSTER(6379);

    private final int defaultPort;

    Form(int defaultPort) {
      this.defaultPort = defaultPort;
    }
  }

  /**
   * Where something listens.
   *
   * @param host a name or an address, an IPv6 address without its brackets
   * @param port from 1 to 65535
   */
  public record Address(String host, int port) {

    private static Address of(String text, int defaultPort) {
      Matcher form = ADDRESS.matcher(text);
      if (!form.matches()) {
        throw new IllegalArgumentException("no address: " + text);
      }
      String port = form.group("port");
      int number = port == null ? defaultPort : Integer.parseInt(port);
      if (number < 1 || number > 65_535) {
        throw new IllegalArgumentException("no port: " + number);
      }
      String v6 = form.group("v6");
      return new Address(v6 == null ? form.group("host") : v6, number);
    }

    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** A single Redis, to which anybody may connect. */
  public static RedisUrl single(String host, int port) {
    return new RedisUrl(Form.SINGLE, false, null, null, List.of(new Address(host, port)), 0, null);
  }

  /** What this text says; empty when it is not the URL of a Redis. */
  public static Optional<RedisUrl> of(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String name = parts.group("form");
    Form form = name == null ? Form.SINGLE : Form.valueOf(name.toUpperCase(Locale.ROOT));
    String database = parts.group("database");
    try {
      RedisUrl url =
          new RedisUrl(
              form,
              !parts.group("tls").isEmpty(),
              decoded(parts.group("user")),
              decoded(parts.group("password")),
              Arrays.stream(parts.group("addresses").split(",", -1))
                  .map(address -> Address.of(address, form.defaultPort))
                  .toList(),
              database == null ? 0 : Integer.parseInt(database),
              parts.group("master"));
      return url.whole() ? Optional.of(url) : Optional.empty();
    } catch (IllegalArgumentException e) { // of an address, or a % with something else behind it
      return Optional.empty();
    }
  }

  /** Whether it has what its form needs, and nothing else. */
  private boolean whole() {
    boolean one = addresses.size() == 1;
    boolean different = new HashSet<>(addresses).size() == addresses.size();
    return switch (form) {
      case SINGLE -> one && master == null;
      case SENTINEL -> different && master != null;
      case CLUSTER -> different && master == null && database == 0;
    };
  }

  private static @Nullable String decoded(@Nullable String part) {
    return part == null || part.isEmpty()
        ? null
        : URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Without the password. */
  @Override
  public String toString() {
    String all = addresses.stream().map(Address::toString).collect(Collectors.joining(","));
    return master == null ? all : all + "#" + master;
  }
}
