#!/usr/bin/env bash
# Redis 7.0.15, 2026-11-27
#
# Expected: every Redis command that waits for an element of a list also takes it, so a consumer cannot wait for work without
# claiming it.
#
# Seen: BLMOVE of a list onto itself, from and to the same end, blocks while the list is empty and leaves the list and its order
# unchanged. But it answers with the whole element: here 8 MB are sent to say that the list is not empty.
#
# Message Logger: queue.ClaimQueue polls the length of the list instead (docs/decisions/012-dead-letters.md).
set -euo pipefail

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server" || true; }; rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.signal</groupId><artifactId>embedded-redis</artifactId><version>0.9.1</version><exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>
    <dependency><groupId>redis.clients</groupId><artifactId>jedis</artifactId><version>8.0.2</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
POM
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies -DoutputDirectory=lib >mvn.log ||
  { cat mvn.log; exit 1; }
machine=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
program=redis-server-7.0.15-linux-$machine
jar xf lib/embedded-redis-0.9.1.jar "$program"
chmod +x "$program"
while port=$((20000 + RANDOM % 40000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
"./$program" --bind 127.0.0.1 --port "$port" --save '' --logfile redis.log &
server=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do kill -0 "$server"; sleep 0.1; done

cat > Finding.java <<'JAVA'
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.args.ListDirection;

class Finding {
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    try (RedisClient redis = RedisClient.create("127.0.0.1", port);
        RedisClient waiting = RedisClient.create("127.0.0.1", port)) {
      System.out.println(redis.info("server").lines().filter(l -> l.startsWith("redis_version")).findFirst().get());
      CompletableFuture<String> waits =
          CompletableFuture.supplyAsync(
              () -> waiting.blmove("QUEUE", "QUEUE", ListDirection.RIGHT, ListDirection.RIGHT, 30));
      boolean blocked = false;
      try {
        waits.get(500, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        blocked = true;
      }
      String large = "x".repeat(8 << 20);
      redis.lpush("QUEUE", large, "second");
      String answer = waits.get(20, TimeUnit.SECONDS);
      boolean unchanged = redis.lrange("QUEUE", 0, -1).equals(List.of("second", large));
      System.out.println("blocks on an empty list: " + blocked);
      System.out.println("list unchanged afterwards: " + unchanged);
      System.out.println("bytes in the answer: " + answer.length());
      System.exit(blocked && unchanged && answer.length() == large.length() ? 0 : 1);
    }
  }
}
JAVA
java -cp 'lib/*' Finding.java "$port"
