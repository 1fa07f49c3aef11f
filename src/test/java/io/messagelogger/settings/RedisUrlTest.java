package io.messagelogger.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** URLs of Redis, as they are written in practice. */
class RedisUrlTest {
  @Test
  void everyPartIsTaken() {
    assertThat(RedisUrl.of("rediss://me:p%40ss+1@my_redis.example:6380/2"))
        .contains(new RedisUrl(true, "me", "p@ss+1", "my_redis.example", 6380, 2));
  }

  @Test
  void whatIsMissingHasItsDefault() {
    assertThat(RedisUrl.of("redis://redis"))
        .contains(new RedisUrl(false, null, null, "redis", 6379, 0));
    assertThat(RedisUrl.of("REDIS://:pw@my_redis:6379/"))
        .contains(new RedisUrl(false, null, "pw", "my_redis", 6379, 0));
  }

  @Test
  void aPasswordMayHoldColonsAndAnAddressToo() {
    assertThat(RedisUrl.of("redis://:a:b@[2001:db8::1]:7000"))
        .contains(new RedisUrl(false, null, "a:b", "2001:db8::1", 7000, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "redis:",
        "redis://",
        "redis://:pw@",
        "http://redis",
        "redis://redis:0",
        "redis://redis:65536",
        "redis://redis:x",
        "redis://redis/db",
        "redis://a b",
        "redis://:%zz@redis",
        "redis://redis redis"
      })
  void whatIsNoneIsRefused(String text) {
    assertThat(RedisUrl.of(text)).isEmpty();
  }

  @Test
  void thePasswordIsNotShown() {
    assertThat(RedisUrl.of("redis://:secret@host:1").orElseThrow()).hasToString("host:1");
  }
}
