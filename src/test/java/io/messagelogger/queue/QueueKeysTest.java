package io.messagelogger.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.util.JedisClusterCRC16;

/** All keys of a queue lie in the slot of its list. */
class QueueKeysTest {
  @Test
  void theKeysAreThoseOfThePackage() {
    QueueKeys keys = QueueKeys.of("MESSAGES");
    assertThat(keys.queue()).asString().isEqualTo("MESSAGES");
    assertThat(keys.register()).asString().isEqualTo("{MESSAGES}:claims");
    assertThat(keys.taken()).asString().isEqualTo("{MESSAGES}:taken");
    assertThat(keys.deaths()).asString().isEqualTo("{MESSAGES}:deaths");
    assertThat(keys.claim("a.0")).asString().isEqualTo("{MESSAGES}:claim:a.0");
  }

  @ParameterizedTest
  @CsvSource({"MESSAGES", "a queue", "{tag}messages", "m{tag}", "ä{", "{a}{b}"})
  void theyShareASlot(String name) {
    QueueKeys keys = QueueKeys.of(name);
    int slot = JedisClusterCRC16.getSlot(keys.queue());
    assertThat(JedisClusterCRC16.getSlot(keys.register())).isEqualTo(slot);
    assertThat(JedisClusterCRC16.getSlot(keys.taken())).isEqualTo(slot);
    assertThat(JedisClusterCRC16.getSlot(keys.deaths())).isEqualTo(slot);
    assertThat(JedisClusterCRC16.getSlot(keys.claim("x.1"))).isEqualTo(slot);
  }

  @Test
  void identitiesComeThroughAsText() {
    Claim.Id id = new Claim.Id("7c.0-a", 12);
    assertThat(id.text()).isEqualTo("7c.0-a.12");
    assertThat(Claim.Id.of(id.text())).isEqualTo(id);
    assertThat(QueueKeys.of("M").claim(id.text()))
        .isEqualTo("{M}:claim:7c.0-a.12".getBytes(StandardCharsets.UTF_8));
  }
}
