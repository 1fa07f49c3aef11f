package io.messagelogger.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.messagelogger.dev.EmbeddedRedis;
import io.messagelogger.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.SafeEncoder;

/** The Redis user of docs/security.md: the queue works with it, and it can do nothing else. */
class RedisAclIT {
  @TempDir static Path folder;
  private static EmbeddedRedis server;
  private static RedisClient administrator;
  private static RedisClient user;
  private static Settings settings;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedRedis.start(folder, 0);
    administrator = RedisClient.create("127.0.0.1", server.port());
    List<String> command = new ArrayList<>(List.of("ACL", "SETUSER", "message-logger"));
    command.addAll(QueueTour.rules("on >PASSWORD .*~MESSAGES", "word"));
    send(administrator, command.toArray(String[]::new));
    String url = "redis://message-logger:word@127.0.0.1:" + server.port();
    user =
        RedisClient.builder()
            .hostAndPort("127.0.0.1", server.port())
            .clientConfig(
                DefaultJedisClientConfig.builder()
                    .resp2()
                    .user("message-logger")
                    .password("word")
                    .build())
            .build();
    settings = Settings.from(Map.of("REDIS_URL", url)::get);
  }

  @AfterAll
  static void stop() throws IOException {
    user.close();
    administrator.close();
    server.close();
  }

  private static Object send(RedisClient client, String... words) {
    CommandArguments command = new CommandArguments(() -> SafeEncoder.encode(words[0]));
    Stream.of(words).skip(1).forEach(command::add);
    return client.executeCommand(command);
  }

  @Test
  void theQueueWorksWithIt() throws Exception {
    try (Redis redis = new Redis(settings)) {
      QueueTour.go(redis, settings);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FLUSHALL",
        "FLUSHDB",
        "CONFIG GET *",
        "CONFIG SET appendonly no",
        "KEYS *",
        "SCAN 0",
        "SHUTDOWN NOSAVE",
        "SAVE",
        "REPLICAOF NO ONE",
        "ACL LIST",
        "ACL SETUSER message-logger +@all",
        "CLIENT LIST",
        "CLIENT KILL TYPE normal",
        "MONITOR",
        "SCRIPT FLUSH",
        "FUNCTION FLUSH",
        "SELECT 1",
        "SWAPDB 0 1",
        "MOVE MESSAGES 1",
        "GET another",
        "SET another x",
        "DEL another",
        "LPUSH another x",
        "LMOVE MESSAGES another LEFT LEFT",
        "RENAME MESSAGES another",
        "GET MESSAGESx",
        "SUBSCRIBE another",
        "PUBLISH another x",
        "PSUBSCRIBE *"
      })
  void whatIsNotItsOwnIsRefused(String command) {
    administrator.set("another", "kept");
    assertThatThrownBy(() -> send(user, command.split(" ")))
        .isInstanceOf(JedisDataException.class)
        .hasMessageStartingWith("NOPERM");
    assertThat(administrator.get("another")).isEqualTo("kept");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis.call('FLUSHALL')",
        "redis.call('KEYS','*')",
        "redis.call('GET','another')",
        "redis.call('SET','another','x')",
        "redis.call('PUBLISH','another','x')"
      })
  void aScriptMayDoNoMore(String script) {
    administrator.set("another", "kept");
    assertThatThrownBy(() -> send(user, "EVAL", "return " + script, "0"))
        .isInstanceOf(JedisDataException.class)
        .message()
        .matches("(?s).*(NOPERM|user executing the script can't|permission).*");
    assertThat(administrator.get("another")).isEqualTo("kept");
  }
}
