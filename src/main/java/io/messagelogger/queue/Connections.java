package io.messagelogger.queue;

import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.RedisUrl;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/**
 * How to connect to the Redis of the settings: where, as whom, and with which limits of time.
 * Immutable.
 */
final class Connections {
  /** Longest wait for a connection or a reply. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Longest silence on a subscription, which is pinged. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private static final int MAX_CONNECTIONS = 64;

  private final RedisUrl url;
  private final Settings settings;
  private final JedisClientConfig config;
  private final JedisClientConfig sentinelConfig;

  /**
   * Reads the files that the settings name.
   *
   * @throws InvalidSettingsException when one cannot be read, or a queue cannot be in a cluster
   */
  Connections(Settings settings) {
    this.settings = settings;
    this.url = settings.redis();
    SslOptions ssl = url.tls() ? ssl() : null;
    this.config =
        config(ssl)
            .blockingSocketTimeoutMillis((int) SILENCE.toMillis())
            .user(url.user())
            .password(url.password())
            .database(url.database())
            .build();
    this.sentinelConfig =
        config(ssl)
            .user(orNull(settings.text(Setting.REDIS_SENTINEL_USER)))
            .password(orNull(settings.text(Setting.REDIS_SENTINEL_PASSWORD)))
            .build();
    if (url.form() == RedisUrl.Form.CLUSTER) {
      settings.queues().forEach(Connections::requireOneSlot);
    }
  }

  private static void requireOneSlot(String queue) {
    if (!QueueKeys.of(queue).inOneSlot()) {
      throw new InvalidSettingsException(
          List.of(
              "REDIS_QUEUE: a cluster cannot keep \"%s\" and its claims together; no { or } may be in the name unless as in a{b}c"
                  .formatted(queue)));
    }
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static DefaultJedisClientConfig.Builder config(@Nullable SslOptions ssl) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .resp2()
            .connectionTimeoutMillis((int) TIMEOUT.toMillis())
            .socketTimeoutMillis((int) TIMEOUT.toMillis())
            .clientName("message-logger");
    if (ssl != null) {
      config.sslOptions(ssl);
    }
    return config;
  }

  /**
   * A client with pools of its own.
   *
   * @throws redis.clients.jedis.exceptions.JedisException when neither a sentinel nor a node of the
   *     cluster can be asked; a single Redis is not connected to before the first command
   */
  Link open() {
    Set<HostAndPort> addresses =
        url.addresses().stream()
            .map(address -> new HostAndPort(address.host(), address.port()))
            .collect(Collectors.toSet());
    return switch (url.form()) {
      case SINGLE -> new SingleLink(addresses.iterator().next(), config, pool());
      case SENTINEL ->
          new SentinelLink(
              Objects.requireNonNull(url.master()), addresses, config, sentinelConfig, pool());
      case CLUSTER -> new ClusterLink(addresses, config, pool(), TIMEOUT);
    };
  }

  private static ConnectionPoolConfig pool() {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(MAX_CONNECTIONS);
    pool.setMaxIdle(MAX_CONNECTIONS);
    pool.setMaxWait(TIMEOUT);
    pool.setTestOnBorrow(true); // after a restart of Redis no caller meets a dead connection
    pool.setJmxEnabled(false);
    return pool;
  }

  /** The certificate is checked, and that it is of the host that the URL names. */
  private SslOptions ssl() {
    SslOptions.Builder options = SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL);
    String authorities = settings.text(Setting.REDIS_CA_FILE);
    if (!authorities.isEmpty()) {
      options
          .trustStoreType("PKCS12")
          .truststore(Authorities.store(authorities), Authorities.PASSWORD);
    }
    String own = settings.text(Setting.REDIS_KEYSTORE_FILE);
    if (!own.isEmpty()) {
      char[] password = settings.text(Setting.REDIS_KEYSTORE_PASSWORD).toCharArray();
      Authorities.check(own, password);
      options.keyStoreType("PKCS12").keystore(new File(own), password);
    }
    return options.build();
  }

  /** How it is run. */
  RedisUrl.Form form() {
    return url.form();
  }

  /** Where it is, for an operator. */
  String address() {
    return url.toString();
  }

  /** What fails, for an operator: with the queues it has to do with where there are several. */
  String failure(Set<String> queues, String why) {
    String of =
        queues.isEmpty() || settings.queues().size() == 1
            ? ""
            : (queues.size() == 1 ? ", queue " : ", queues ") + String.join(", ", queues);
    return "Redis at " + address() + of + ": " + why;
  }
}
