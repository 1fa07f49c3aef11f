package io.messagelogger.bench;

import io.messagelogger.dev.Wait;
import io.messagelogger.message.Message;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

/**
 * A queue that is filled aside and appears whole, so that nothing is drained while it is filled.
 * Used by one thread.
 */
final class BenchQueue implements AutoCloseable {
  private static final Pattern PROCESS = Pattern.compile("process_id:(\\d+)");
  private static final Pattern VERSION = Pattern.compile("redis_version:(\\S+)");
  private static final Pattern ALLOCATOR = Pattern.compile("mem_allocator:(\\S+)");
  private static final Pattern APPEND_ONLY = Pattern.compile("aof_enabled:(\\d)");
  private static final Pattern REWRITING = Pattern.compile("aof_rewrite_(in_progress|scheduled):1");
  private static final Duration REWRITE_LIMIT = Duration.ofMinutes(1);
  private static final int PUSH = 1000;

  private final RedisClient redis;
  private final String name;
  private final List<byte[]> waiting = new ArrayList<>(PUSH);

  BenchQueue(Settings settings, String name) {
    String url = settings.text(Setting.REDIS_URL);
    this.redis =
        url.isEmpty()
            ? RedisClient.create(
                settings.text(Setting.REDIS_HOST), settings.count(Setting.REDIS_PORT))
            : RedisClient.create(URI.create(url));
    this.name = name;
  }

  RedisClient redis() {
    return redis;
  }

  String name() {
    return name;
  }

  /** Redis's number of its own process. */
  long process() {
    String number = told("server", PROCESS);
    return number.equals("?") ? -1 : Long.parseLong(number);
  }

  /** What Redis says it is: its version and its memory allocator. */
  String describe() {
    return "Redis %s with %s".formatted(told("server", VERSION), told("memory", ALLOCATOR));
  }

  private String told(String section, Pattern pattern) {
    Matcher matcher = pattern.matcher(redis.info(section));
    return matcher.find() ? matcher.group(1) : "?";
  }

  /** Puts a message aside. */
  void add(Message message) {
    waiting.add(Traffic.json(message));
    if (waiting.size() == PUSH) {
      push();
    }
  }

  /**
   * Lets Redis rewrite its append-only file, where it has one, as a database makes a checkpoint: so
   * that it does not do so while somebody is measured, for what another has written.
   */
  void settle() throws IOException {
    push();
    if (told("persistence", APPEND_ONLY).equals("1")) {
      awaitRewrite();
      redis.executeCommand(new CommandArguments(Protocol.Command.BGREWRITEAOF));
      awaitRewrite();
    }
  }

  private void awaitRewrite() throws IOException {
    if (!Wait.until(REWRITE_LIMIT, () -> !REWRITING.matcher(redis.info("persistence")).find())) {
      throw new IOException("Redis goes on rewriting its append-only file");
    }
  }

  /** Makes what was put aside the queue, which must be empty. */
  void appear() {
    push();
    redis.rename(aside(), name);
  }

  /** Nothing waits and nothing is claimed. */
  boolean drained() {
    return redis.llen(name) == 0 && redis.zcard("{" + name + "}:claims") == 0;
  }

  long length() {
    return redis.llen(name);
  }

  /** Deletes all that there is of the queue; whoever drained it has ended. */
  @Override
  public void close() {
    String tagged = "{" + name + "}";
    redis.del(name, aside(), tagged + ":claims", tagged + ":taken", tagged + ":deaths");
    redis.close();
  }

  private void push() {
    if (!waiting.isEmpty()) {
      redis.lpush(aside().getBytes(StandardCharsets.UTF_8), waiting.toArray(new byte[0][]));
      waiting.clear();
    }
  }

  private String aside() {
    return "{" + name + "}:aside";
  }
}
