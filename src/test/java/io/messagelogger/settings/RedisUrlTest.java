package io.messagelogger.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** URLs of Redis, as they are written in practice. */
class RedisUrlTest {
  private static RedisUrl url(
      boolean tls, String user, String password, String host, int port, int database) {
    return new RedisUrl(
        RedisUrl.Form.SINGLE,
        tls,
        user,
        password,
        List.of(new RedisUrl.Address(host, port)),
        database,
        null);
  }

  @Test
  void sentinelsAreListedWithTheNameOfTheirMaster() {
    assertThat(RedisUrl.of("redis-sentinel://me:pw@a,b:26380,[::1]:1/3#my-master"))
        .contains(
            new RedisUrl(
                RedisUrl.Form.SENTINEL,
                false,
                "me",
                "pw",
                List.of(
                    new RedisUrl.Address("a", 26379),
                    new RedisUrl.Address("b", 26380),
                    new RedisUrl.Address("::1", 1)),
                3,
                "my-master"));
    assertThat(RedisUrl.of("rediss-sentinel://a#m").orElseThrow())
        .returns(true, RedisUrl::tls)
        .hasToString("a:26379#m");
  }

  @Test
  void someNodesOfAClusterAreListed() {
    assertThat(RedisUrl.of("rediss-cluster://:pw@a:7000,b:7001,c/0"))
        .contains(
            new RedisUrl(
                RedisUrl.Form.CLUSTER,
                true,
                null,
                "pw",
                List.of(
                    new RedisUrl.Address("a", 7000),
                    new RedisUrl.Address("b", 7001),
                    new RedisUrl.Address("c", 6379)),
                0,
                null));
    assertThat(RedisUrl.of("Redis-Cluster://a").orElseThrow()).hasToString("a:6379");
  }

  @Test
  void everyPartIsTaken() {
    assertThat(RedisUrl.of("rediss://me:p%40ss+1@my_redis.example:6380/2"))
        .contains(url(true, "me", "p@ss+1", "my_redis.example", 6380, 2));
  }

  @Test
  void whatIsMissingHasItsDefault() {
    assertThat(RedisUrl.of("redis://redis")).contains(url(false, null, null, "redis", 6379, 0));
    assertThat(RedisUrl.of("REDIS://:pw@my_redis:6379/"))
        .contains(url(false, null, "pw", "my_redis", 6379, 0));
  }

  @Test
  void aPasswordMayHoldColonsAndAnAddressToo() {
    assertThat(RedisUrl.of("redis://:a:b@[2001:db8::1]:7000"))
        .contains(url(false, null, "a:b", "2001:db8::1", 7000, 0));
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
        "redis://redis redis",
        "redis://a,b",
        "redis://a#mymaster",
        "redis-sentinel://a,b",
        "redis-sentinel://a,b/0#",
        "redis-sentinel://a,,b#m",
        "redis-sentinel://a,a#m",
        "redis-sentinel://#m",
        "redis-sentinel://a#m m",
        "redis-cluster://a,b#m",
        "redis-cluster://a,b/1",
        "redis-cluster://a,b,",
        "redis-cluster://a:0",
        "redis-clusters://a",
        "redis+cluster://a"
      })
  void whatIsNoneIsRefused(String text) {
    assertThat(RedisUrl.of(text)).isEmpty();
  }

  @Test
  void thePasswordIsNotShown() {
    assertThat(RedisUrl.of("redis://:secret@host:1").orElseThrow()).hasToString("host:1");
  }
}
