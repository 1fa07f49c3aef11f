#!/usr/bin/env bash
# Redis 7.0.15, 2026-11-27
#
# Expected: redis.call('RPUSH', KEYS[2], unpack(list)) in a script works for any list that fits into memory. A client can send
# RPUSH with a million values.
#
# Seen: Lua's stack is the limit. 7,990 values work, 8,000 raise "too many results to unpack". A script that passes every test
# with small batches fails with the first large one.
#
# Message Logger: the scripts in src/main/resources/io/messagelogger/queue move one message per command.
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
import java.util.Collections;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;

class Finding {
  public static void main(String[] args) {
    try (RedisClient redis = RedisClient.create("127.0.0.1", Integer.parseInt(args[0]))) {
      System.out.println(redis.info("server").lines().filter(l -> l.startsWith("redis_version")).findFirst().get());
      String most = copy(redis, 7_990);
      String more = copy(redis, 8_000);
      System.out.println("7,990 elements: " + most);
      System.out.println("8,000 elements: " + more);
      System.exit(most.equals("7990") && more.contains("too many results to unpack") ? 0 : 1);
    }
  }

  private static String copy(RedisClient redis, int count) {
    redis.flushDB();
    redis.rpush("FROM", Collections.nCopies(count, "message").toArray(String[]::new));
    try {
      return String.valueOf(
          redis.eval(
              "return redis.call('RPUSH', KEYS[2], unpack(redis.call('LRANGE', KEYS[1], 0, -1)))",
              2, "FROM", "TO"));
    } catch (JedisDataException e) {
      return e.getMessage();
    }
  }
}
JAVA
java -cp 'lib/*' Finding.java "$port"
