package io.messagelogger.it.fault;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.RedisClient;

/** What Redis knows of the claims of all servers. Thread-safe. */
final class Claims {
  private static final String REGISTER = "{MESSAGES}:claims";
  private static final String PREFIX = "{MESSAGES}:claim:";

  private final RedisClient redis;

  Claims(RedisClient redis) {
    this.redis = redis;
  }

  /** The ids of the claims. */
  Set<String> ids() {
    return Set.copyOf(redis.zrange(REGISTER, 0, -1));
  }

  /** How many messages they hold. */
  long messages() {
    return ids().stream().mapToLong(id -> redis.llen(PREFIX + id)).sum();
  }

  /** Redis' clock in milliseconds. */
  long now() {
    List<?> time = (List<?>) redis.eval("return redis.call('TIME')");
    return Long.parseLong(time.get(0).toString()) * 1000
        + Long.parseLong(time.get(1).toString()) / 1000;
  }

  /** When the first of these leases ends, by Redis' clock. */
  long leaseEnd(Set<String> ids) {
    return ids.stream().mapToLong(id -> redis.zscore(REGISTER, id).longValue()).min().orElseThrow();
  }

  /** Whether no lease runs. */
  boolean allEnded() {
    Set<String> ids = ids();
    long now = now();
    return ids.stream()
        .map(id -> redis.zscore(REGISTER, id))
        .noneMatch(end -> end != null && end > (double) now);
  }

  /** Nothing is queued and nothing is claimed. */
  boolean drained() {
    return redis.llen("MESSAGES") == 0 && redis.zcard(REGISTER) == 0;
  }

  /** Claims without a register, or the other way round; empty when all is well. */
  Set<String> strays() {
    Set<String> ids = ids();
    Set<String> lists = new HashSet<>();
    redis.keys(PREFIX + "*").forEach(key -> lists.add(key.substring(PREFIX.length())));
    lists.removeAll(ids);
    return lists;
  }
}
