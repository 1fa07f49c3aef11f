package io.messagelogger.it.fault;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.UnifiedJedis;

/** What Redis knows of the claims of all servers. Thread-safe. */
final class Claims {
  private final UnifiedJedis redis;
  private final String queue;
  private final String register;
  private final String prefix;

  Claims(UnifiedJedis redis) {
    this(redis, "MESSAGES");
  }

  Claims(UnifiedJedis redis, String queue) {
    this.redis = redis;
    this.queue = queue;
    this.register = "{" + queue + "}:claims";
    this.prefix = "{" + queue + "}:claim:";
  }

  /** The ids of the claims. */
  Set<String> ids() {
    return Set.copyOf(redis.zrange(register, 0, -1));
  }

  /** How many messages they hold. */
  long messages() {
    return ids().stream().mapToLong(id -> redis.llen(prefix + id)).sum();
  }

  /** Redis' clock in milliseconds. */
  long now() {
    List<?> time = (List<?>) redis.eval("return redis.call('TIME')");
    return Long.parseLong(time.get(0).toString()) * 1000
        + Long.parseLong(time.get(1).toString()) / 1000;
  }

  /** When the first of these leases ends, by Redis' clock. */
  long leaseEnd(Set<String> ids) {
    return ids.stream().mapToLong(id -> redis.zscore(register, id).longValue()).min().orElseThrow();
  }

  /** Whether no lease runs. */
  boolean allEnded() {
    Set<String> ids = ids();
    long now = now();
    return ids.stream()
        .map(id -> redis.zscore(register, id))
        .noneMatch(end -> end != null && end > (double) now);
  }

  /** Nothing is queued and nothing is claimed. */
  boolean drained() {
    return redis.llen(queue) == 0 && redis.zcard(register) == 0;
  }

  /** Claims without a register, or the other way round; empty when all is well. */
  Set<String> strays() {
    Set<String> ids = ids();
    Set<String> lists = new HashSet<>();
    redis.keys(prefix + "*").forEach(key -> lists.add(key.substring(prefix.length())));
    lists.removeAll(ids);
    return lists;
  }
}
