package io.messagelogger.queue;

import java.util.List;
import java.util.function.Supplier;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;

/** To one address. Connects when the first command is sent. Thread-safe. */
final class SingleLink implements Link {
  private final RedisClient client;

  SingleLink(HostAndPort address, JedisClientConfig config, ConnectionPoolConfig pool) {
    this.client =
        RedisClient.builder().hostAndPort(address).clientConfig(config).poolConfig(pool).build();
  }

  @Override
  public RedisClient commands() {
    return client;
  }

  @Override
  public Connection connect(byte[] key) {
    return client.getPool().getResource();
  }

  /** Where the address leads is not known here. */
  @Override
  public boolean leads(byte[] key, HostAndPort address) {
    return true;
  }

  @Override
  public List<Supplier<Connection>> masters() {
    return List.of(client.getPool()::getResource);
  }

  @Override
  public void close() {
    client.close();
  }
}
