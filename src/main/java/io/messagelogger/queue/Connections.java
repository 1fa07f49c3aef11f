package io.messagelogger.queue;

import io.messagelogger.settings.RedisUrl;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.io.File;
import java.time.Duration;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
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

  Connections(Settings settings) {
    this.settings = settings;
    String text = settings.text(Setting.REDIS_URL);
    this.url =
        text.isEmpty()
            ? new RedisUrl(
                false,
                null,
                null,
                settings.text(Setting.REDIS_HOST),
                settings.count(Setting.REDIS_PORT),
                0)
            : RedisUrl.of(text).orElseThrow();
  }

  /** A client with a pool of its own, which connects when the first command is sent. */
  RedisClient open() {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .resp2()
            .connectionTimeoutMillis((int) TIMEOUT.toMillis())
            .socketTimeoutMillis((int) TIMEOUT.toMillis())
            .blockingSocketTimeoutMillis((int) SILENCE.toMillis())
            .user(url.user())
            .password(url.password())
            .database(url.database())
            .clientName("message-logger");
    if (url.tls()) {
      config.sslOptions(ssl());
    }
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(MAX_CONNECTIONS);
    pool.setMaxIdle(MAX_CONNECTIONS);
    pool.setMaxWait(TIMEOUT);
    pool.setTestOnBorrow(true); // after a restart of Redis no caller meets a dead connection
    pool.setJmxEnabled(false);
    return RedisClient.builder()
        .hostAndPort(new HostAndPort(url.host(), url.port()))
        .clientConfig(config.build())
        .poolConfig(pool)
        .build();
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

  /** Where it is, for an operator. */
  String address() {
    return url.toString();
  }
}
