#!/usr/bin/env bash
# Redis 7.0.15, 2026-11-27
#
# Expected: in a script, string.sub(redis.call('LINDEX', ...), 1, 16) costs about as much as GETRANGE of the same bytes in a string.
#
# Seen: every call of LINDEX copies the whole element into Lua, and Redis does nothing else meanwhile. No command reads a part of
# a list element. For an element of 32 MB it takes hundreds of times longer.
#
# Message Logger: an element above MAX_MESSAGE_BYTES is turned into a string once and read by GETRANGE (docs/decisions/012-dead-letters.md).
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
import redis.clients.jedis.RedisClient;

class Finding {
  private static final String BY_LINDEX = "return string.sub(redis.call('LINDEX', KEYS[1], 0), 1, 16)";
  private static final String BY_GETRANGE = "return redis.call('GETRANGE', KEYS[1], 0, 15)";

  public static void main(String[] args) {
    try (RedisClient redis = RedisClient.create("127.0.0.1", Integer.parseInt(args[0]))) {
      System.out.println(redis.info("server").lines().filter(l -> l.startsWith("redis_version")).findFirst().get());
      String element = "x".repeat(32 << 20);
      redis.lpush("LIST", element);
      redis.set("STRING", element);
      double lindex = micros(redis, BY_LINDEX, "LIST");
      double getrange = micros(redis, BY_GETRANGE, "STRING");
      System.out.printf("16 bytes of 32 MB in a script: LINDEX %.0f us, GETRANGE %.0f us%n", lindex, getrange);
      System.exit(lindex > 20 * getrange ? 0 : 1);
    }
  }

  /** The shortest of ten calls. */
  private static double micros(RedisClient redis, String script, String key) {
    double shortest = Double.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      long start = System.nanoTime();
      redis.eval(script, 1, key);
      shortest = Math.min(shortest, (System.nanoTime() - start) / 1000.0);
    }
    return shortest;
  }
}
JAVA
java -cp 'lib/*' Finding.java "$port"
