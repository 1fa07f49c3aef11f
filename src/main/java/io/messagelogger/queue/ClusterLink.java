package io.messagelogger.queue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.StaticCommandFlagsRegistry;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.executors.ClusterCommandExecutor;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;

/** To the masters of a cluster, each command to the one that has its key. Thread-safe. */
final class ClusterLink implements Link {
  /** Redirections that are followed, and nodes that cannot be connected to. */
  private static final int ATTEMPTS = 5;

  private final ClusterConnectionProvider provider;
  private final RedisClusterClient client;

  /**
   * Asks some nodes for all.
   *
   * @throws redis.clients.jedis.exceptions.JedisException when none of them answers
   */
  ClusterLink(
      Set<HostAndPort> nodes,
      JedisClientConfig config,
      ConnectionPoolConfig pool,
      Duration timeout) {
    this.provider = new ClusterConnectionProvider(nodes, config, pool);
    this.client =
        RedisClusterClient.builder()
            .nodes(nodes)
            .clientConfig(config)
            .connectionProvider(provider)
            .commandExecutor(new Once(provider, timeout))
            .build();
  }

  /**
   * Sends nothing a second time that may have been done: a claim would hold more than its owner
   * knows of, a risk would count twice. What was refused or redirected was not done.
   */
  private static final class Once extends ClusterCommandExecutor {
    Once(ClusterConnectionProvider provider, Duration timeout) {
      super(provider, ATTEMPTS, timeout, StaticCommandFlagsRegistry.registry());
    }

    @Override
    protected <T> T execute(Connection connection, CommandObject<T> command) {
      try {
        return super.execute(connection, command);
      } catch (JedisConnectionException e) {
        provider.renewSlotCache(); // perhaps another has the key by now
        throw new JedisClusterOperationException(e.getMessage(), e);
      }
    }
  }

  @Override
  public RedisClusterClient commands() {
    return client;
  }

  @Override
  public Connection connect(byte[] key) {
    int slot = JedisClusterCRC16.getSlot(key);
    try {
      return provider.getConnectionFromSlot(slot);
    } catch (JedisConnectionException e) {
      provider.renewSlotCache();
      return provider.getConnectionFromSlot(slot);
    }
  }

  @Override
  public boolean leads(byte[] key, HostAndPort address) {
    return address.equals(provider.getNode(JedisClusterCRC16.getSlot(key)));
  }

  @Override
  public List<Supplier<Connection>> masters() {
    return provider.getPrimaryNodes().values().stream()
        .map(pool -> (Supplier<Connection>) pool::getResource)
        .toList();
  }

  @Override
  public void close() {
    client.close();
  }
}
