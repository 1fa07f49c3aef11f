package io.messagelogger.queue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.providers.SentineledConnectionProvider;
import redis.clients.jedis.util.Delay;

/** To the master that sentinels name; follows when they name another. Thread-safe. */
final class SentinelLink implements Link {
  /** After the connection to a sentinel was lost. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final SentineledConnectionProvider provider;
  private final RedisSentinelClient client;

  /**
   * Asks the sentinels.
   *
   * @param config of connections to the master
   * @param sentinelConfig of connections to the sentinels
   * @throws redis.clients.jedis.exceptions.JedisException when none of them names a master
   */
  SentinelLink(
      String master,
      Set<HostAndPort> sentinels,
      JedisClientConfig config,
      JedisClientConfig sentinelConfig,
      ConnectionPoolConfig pool) {
    this.provider =
        new SentineledConnectionProvider(
            master, config, pool, sentinels, sentinelConfig, Delay.constant(AGAIN));
    this.client =
        RedisSentinelClient.builder()
            .masterName(master)
            .sentinels(sentinels)
            .clientConfig(config)
            .connectionProvider(provider)
            .build();
  }

  @Override
  public RedisSentinelClient commands() {
    return client;
  }

  @Override
  public Connection connect(byte[] key) {
    return provider.getConnection();
  }

  @Override
  public boolean leads(byte[] key, HostAndPort address) {
    return address.equals(provider.getCurrentMaster());
  }

  @Override
  public List<Supplier<Connection>> masters() {
    return List.of(provider::getConnection);
  }

  @Override
  public void close() {
    client.close();
  }
}
