package io.messagelogger.queue;

import io.messagelogger.running.Condition;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.File;
import java.net.URI;
import java.time.Duration;
import java.util.function.Function;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * The connections to Redis. Opens none before the first command; every command has a time limit; a
 * connection that failed is not used again. Keeps the condition "redis" by what the commands
 * report. Thread-safe.
 */
@ApplicationScoped
public class Redis {
  /** Longest wait for a connection or a reply. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Longest silence on a subscription, which is pinged. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final RedisClient client;
  private final Condition condition = new Condition("redis");
  private final String address;

  /** Connects to where the settings say, when the first command is sent. */
  @Inject
  @SuppressWarnings("this-escape")
  public Redis(Settings settings) {
    String url = settings.text(Setting.REDIS_URL);
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .resp2()
            .connectionTimeoutMillis((int) TIMEOUT.toMillis())
            .socketTimeoutMillis((int) TIMEOUT.toMillis())
            .blockingSocketTimeoutMillis((int) SILENCE.toMillis())
            .clientName("message-logger");
    HostAndPort place =
        new HostAndPort(settings.text(Setting.REDIS_HOST), settings.count(Setting.REDIS_PORT));
    if (!url.isEmpty()) {
      URI uri = URI.create(url);
      place = new HostAndPort(uri.getHost(), uri.getPort() < 0 ? 6379 : uri.getPort());
      config
          .user(JedisURIHelper.getUser(uri))
          .password(JedisURIHelper.getPassword(uri))
          .database(JedisURIHelper.getDBIndex(uri));
      if (JedisURIHelper.isRedisSSLScheme(uri)) {
        config.sslOptions(ssl(settings));
      }
    }
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(64);
    pool.setMaxIdle(64);
    pool.setMaxWait(TIMEOUT);
    pool.setTestOnBorrow(true); // after a restart of Redis no caller meets a dead connection
    pool.setJmxEnabled(false);
    this.address = place.toString();
    this.client =
        RedisClient.builder()
            .hostAndPort(place)
            .clientConfig(config.build())
            .poolConfig(pool)
            .build();
  }

  /** The certificate is checked, and that it is of the host that the URL names. */
  private static SslOptions ssl(Settings settings) {
    SslOptions.Builder options = SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL);
    String authorities = settings.text(Setting.REDIS_CA_FILE);
    if (!authorities.isEmpty()) {
      options
          .trustStoreType("PKCS12")
          .truststore(Authorities.store(authorities), Authorities.PASSWORD);
    }
    String own = settings.text(Setting.REDIS_KEYSTORE_FILE);
    if (!own.isEmpty()) {
      options
          .keyStoreType("PKCS12")
          .keystore(new File(own), settings.text(Setting.REDIS_KEYSTORE_PASSWORD).toCharArray());
    }
    return options.build();
  }

  /**
   * Sends commands.
   *
   * @throws QueueUnavailableException when Redis cannot be reached or refuses
   */
  <T> T call(Function<RedisClient, T> commands) {
    try {
      T reply = commands.apply(client);
      condition.up();
      return reply;
    } catch (JedisException e) {
      throw unavailable(e);
    }
  }

  /**
   * Subscribes to a channel and returns when the subscription has ended.
   *
   * @throws QueueUnavailableException when the connection is lost or silent
   */
  void subscribe(BinaryJedisPubSub subscriber, byte[] channel) {
    try {
      client.subscribe(subscriber, channel);
    } catch (JedisException e) {
      throw unavailable(e);
    }
  }

  /** Whether the last command was answered. */
  public Condition condition() {
    return condition;
  }

  private QueueUnavailableException unavailable(JedisException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = "Redis at " + address + ": " + root.getMessage();
    if (!(e
        instanceof JedisDataException)) { // an answer, if only a refusal, shows that it is there
      condition.down(reason);
    }
    return new QueueUnavailableException(reason, e);
  }

  @PreDestroy
  void close() {
    client.close();
  }
}
