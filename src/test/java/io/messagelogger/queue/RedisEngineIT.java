package io.messagelogger.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.dev.EmbeddedRedis;
import io.messagelogger.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

/** What is told about a Redis, by its settings and by what its user may ask. */
class RedisEngineIT {
  @TempDir Path folder;
  private EmbeddedRedis server;
  private RedisClient client;

  @BeforeEach
  void start() throws IOException {
    server = EmbeddedRedis.start(folder, 0);
    client = RedisClient.create("127.0.0.1", server.port());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void oneThatKeepsWhatItHasIsNoRisk() {
    RedisEngine.State state = look("REDIS_HOST", "127.0.0.1", "REDIS_PORT", port());
    assertThat(state.risks()).isEmpty();
    assertThat(state.version()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(state.mode()).isEqualTo("standalone");
    assertThat(state.role()).isEqualTo("master");
    assertThat(state.replicas()).isZero();
  }

  @Test
  void eachSettingThatLosesMessagesIsNamed() {
    client.configSet("maxmemory-policy", "allkeys-lru");
    client.configSet("appendfsync", "no");
    assertThat(look("REDIS_HOST", "127.0.0.1", "REDIS_PORT", port()).risks())
        .hasSize(2)
        .anySatisfy(risk -> assertThat(risk).contains("maxmemory-policy is allkeys-lru"))
        .anySatisfy(risk -> assertThat(risk).contains("appendfsync is no"));
    client.configSet("maxmemory-policy", "noeviction");
    client.configSet("appendonly", "no");
    assertThat(look("REDIS_HOST", "127.0.0.1", "REDIS_PORT", port()).risks())
        .singleElement()
        .asString()
        .contains("appendonly is no");
  }

  /** A service's user may do without the commands of an administrator. */
  @Test
  void whatMayNotBeAskedIsNoRisk() {
    client.configSet("appendfsync", "no");
    acl("plain", "on", ">word", "~*", "&*", "+@all", "-config");
    String url = "redis://plain:word@127.0.0.1:" + port();
    assertThat(look("REDIS_URL", url).risks()).isEmpty();
    client.configSet("appendonly", "no");
    assertThat(look("REDIS_URL", url).risks()).hasSize(1);
    acl("plain", "-info");
    assertThat(look("REDIS_URL", url))
        .satisfies(
            state -> {
              assertThat(state.risks()).isEmpty();
              assertThat(state.version()).isEqualTo("unknown");
            });
  }

  private void acl(String... rules) {
    CommandArguments command = new CommandArguments(Protocol.Command.ACL).add("SETUSER");
    for (String rule : rules) {
      command.add(rule);
    }
    client.executeCommand(command);
  }

  private String port() {
    return Integer.toString(server.port());
  }

  private static RedisEngine.State look(String... namesAndValues) {
    Map<String, String> environment =
        namesAndValues.length == 2
            ? Map.of(namesAndValues[0], namesAndValues[1])
            : Map.of(namesAndValues[0], namesAndValues[1], namesAndValues[2], namesAndValues[3]);
    Redis redis = new Redis(Settings.from(environment::get));
    try {
      return new RedisEngine(redis).look();
    } finally {
      redis.close();
    }
  }
}
