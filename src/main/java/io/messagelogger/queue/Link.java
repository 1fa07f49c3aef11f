package io.messagelogger.queue;

import java.util.List;
import java.util.function.Supplier;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;

/**
 * A client of Redis with its pools, and what depends on how the Redis is run. Thread-safe.
 *
 * @see Connections#open
 */
interface Link extends AutoCloseable {
  /** Sends each command to whoever has its key. */
  UnifiedJedis commands();

  /** A connection of the caller's own to whoever has this key; the caller closes it. */
  Connection connect(byte[] key);

  /** Whether who has this key, as far as is known, is at that address. */
  boolean leads(byte[] key, HostAndPort address);

  /** Connections to all that take writes, to be closed by the caller. */
  List<Supplier<Connection>> masters();

  @Override
  void close();
}
