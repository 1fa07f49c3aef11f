#!/usr/bin/env bash
# Redis 7.0.15, 2026-11-27
#
# Expected: a consumer that moves messages from the queue to a list of its own (LMOVE, the usual pattern for a reliable queue)
# can drain a Redis that has reached maxmemory, because moving an element hardly needs memory.
#
# Seen: with noeviction, LMOVE is refused with OOM, in a script too, while RPOP is allowed. So the queue that may lose messages
# can be drained and the reliable one cannot. A script whose first line is "#!lua flags=allow-oom" (Redis 7 or newer) may move.
#
# Message Logger: the scripts in src/main/resources/io/messagelogger/queue carry the flag.
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
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.exceptions.JedisDataException;

class Finding {
  public static void main(String[] args) {
    try (RedisClient redis = RedisClient.create("127.0.0.1", Integer.parseInt(args[0]))) {
      System.out.println(redis.info("server").lines().filter(l -> l.startsWith("redis_version")).findFirst().get());
      redis.lpush("QUEUE", "one", "two", "three");
      redis.configSet("maxmemory", "1");
      String move = "return redis.call('LMOVE', KEYS[1], KEYS[2], 'RIGHT', 'LEFT')";
      String lmove = outcome(() -> redis.lmove("QUEUE", "CLAIM", ListDirection.RIGHT, ListDirection.LEFT));
      String script = outcome(() -> redis.eval(move, 2, "QUEUE", "CLAIM"));
      String rpop = outcome(() -> redis.rpop("QUEUE"));
      String flagged = outcome(() -> redis.eval("#!lua flags=allow-oom\n" + move, 2, "QUEUE", "CLAIM"));
      System.out.println("at maxmemory: LMOVE: " + lmove);
      System.out.println("at maxmemory: LMOVE in a script: " + script);
      System.out.println("at maxmemory: RPOP: " + rpop);
      System.out.println("at maxmemory: LMOVE in a script with allow-oom: " + flagged);
      boolean asDescribed =
          lmove.startsWith("OOM") && script.startsWith("OOM") && rpop.equals("one") && flagged.equals("two");
      System.exit(asDescribed ? 0 : 1);
    }
  }

  private static String outcome(java.util.function.Supplier<Object> command) {
    try {
      return String.valueOf(command.get());
    } catch (JedisDataException e) {
      return e.getMessage();
    }
  }
}
JAVA
java -cp 'lib/*' Finding.java "$port"
