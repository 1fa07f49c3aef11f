package io.messagelogger.queue;

import io.messagelogger.running.Condition;
import io.messagelogger.settings.RedisUrl;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What kind of Redis holds the queue, and whether it keeps what it has acknowledged. The answer is
 * that of the last look. Thread-safe.
 */
@ApplicationScoped
public class RedisEngine {
  private final Redis redis;
  private volatile Optional<State> state = Optional.empty();

  /**
   * What a look has found.
   *
   * @param version as in {@code 7.0.15}
   * @param mode standalone, sentinel or cluster
   * @param role master or slave, in Redis' own words
   * @param replicas how many are connected
   * @param risks by which settings it may lose messages, a sentence each
   */
  public record State(String version, String mode, String role, int replicas, List<String> risks) {}

  /** Looks at this Redis. */
  @Inject
  public RedisEngine(Redis redis) {
    this.redis = redis;
  }

  /** What was last seen; empty before the first look. */
  public Optional<State> state() {
    return state;
  }

  /** Whether the last command was answered. */
  public Condition condition() {
    return redis.condition();
  }

  /**
   * Asks Redis, in a cluster each master. What its user may not ask is left out: no risk is made
   * up. So is a master that does not answer, unless none does.
   *
   * @throws QueueUnavailableException when Redis cannot be reached
   */
  public State look() {
    List<State> states = new ArrayList<>();
    JedisException failure = null;
    for (Supplier<Connection> master : redis.masters()) {
      try (Jedis client = new Jedis(master.get())) {
        states.add(look(client));
      } catch (JedisException e) {
        failure = e;
      }
    }
    if (states.isEmpty()) {
      throw failure == null
          ? new QueueUnavailableException("Redis names no master")
          : redis.unavailable(failure, "");
    }
    State seen = together(states);
    state = Optional.of(seen);
    return seen;
  }

  /** The first, with the fewest replicas of all and the risks of all. */
  private static State together(List<State> states) {
    State first = states.get(0);
    return new State(
        first.version(),
        first.mode(),
        first.role(),
        states.stream().mapToInt(State::replicas).min().orElse(0),
        states.stream().flatMap(one -> one.risks().stream()).distinct().toList());
  }

  private State look(Jedis client) {
    Map<String, String> info = new HashMap<>();
    for (String section : List.of("server", "replication", "memory", "persistence")) {
      allowed(() -> client.info(section)).ifPresent(text -> read(text, info));
    }
    Map<String, String> settings = new HashMap<>();
    for (String name : List.of("appendfsync", "min-replicas-to-write")) {
      allowed(() -> client.configGet(name)).ifPresent(settings::putAll);
    }
    return new State(
        info.getOrDefault("redis_version", "unknown"),
        redis.form() == RedisUrl.Form.SENTINEL
            ? "sentinel"
            : info.getOrDefault("redis_mode", "unknown"),
        info.getOrDefault("role", "unknown"),
        Integer.parseInt(info.getOrDefault("connected_slaves", "0")),
        risks(info, settings));
  }

  private List<String> risks(Map<String, String> info, Map<String, String> settings) {
    List<String> risks = new ArrayList<>();
    String policy = info.getOrDefault("maxmemory_policy", "noeviction");
    if (!policy.equals("noeviction")) {
      risks.add(
          "maxmemory-policy is %s: a full Redis evicts messages; set it to noeviction"
              .formatted(policy));
    }
    if (info.getOrDefault("aof_enabled", "1").equals("0")) {
      risks.add(
          "appendonly is no: a Redis that is killed loses the messages that wait; set it to yes");
    } else if (settings.getOrDefault("appendfsync", "").equals("no")) {
      risks.add(
          "appendfsync is no: a machine that loses power loses up to half a minute of messages;"
              + " set it to everysec or always");
    }
    if (redis.form() != RedisUrl.Form.SINGLE
        && settings.getOrDefault("min-replicas-to-write", "").equals("0")) {
      risks.add(
          "min-replicas-to-write is 0: a master that is cut off takes messages that its successor"
              + " never sees; set it to 1");
    }
    return List.copyOf(risks);
  }

  /** Lines of {@code name:value}; others are comments. */
  private static void read(String text, Map<String, String> into) {
    text.lines()
        .map(line -> line.strip().split(":", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> into.put(pair[0], pair[1]));
  }

  /** What a command answers; empty when Redis refuses it, to this user or altogether. */
  private static <T> Optional<T> allowed(Command<T> command) {
    try {
      return Optional.of(command.send());
    } catch (JedisDataException e) {
      String message = String.valueOf(e.getMessage());
      if (message.startsWith("NOPERM") || message.startsWith("ERR unknown command")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** A command that is sent. */
  @FunctionalInterface
  private interface Command<T> {
    T send();
  }
}
