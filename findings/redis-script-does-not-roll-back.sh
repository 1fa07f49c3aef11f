#!/usr/bin/env bash
# Redis 7.0.15, 2026-11-27
#
# Expected: a Lua script is atomic, so if a command in it fails, none of the script's changes remain.
#
# Seen: the script ends with an error, and everything that it did before the error remains. The error need not be a mistake in the
# script: PUBLISH raises one if the user has no rights on the channel, and a new user of Redis 7 has none.
#
# Message Logger: acknowledge.lua in src/main/resources/io/messagelogger/queue publishes by pcall and drops the claim last.
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
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;

class Finding {
  public static void main(String[] args) {
    int port = Integer.parseInt(args[0]);
    try (RedisClient admin = RedisClient.create("127.0.0.1", port)) {
      System.out.println(admin.info("server").lines().filter(l -> l.startsWith("redis_version")).findFirst().get());
      admin.sendCommand(Protocol.Command.ACL, "SETUSER", "worker", "on", ">secret", "~*", "+@all");
      admin.lpush("CLAIM", "message");
    }
    DefaultJedisClientConfig worker = DefaultJedisClientConfig.builder().user("worker").password("secret").build();
    try (RedisClient redis =
        RedisClient.builder().hostAndPort("127.0.0.1", port).clientConfig(worker).build()) {
      String error = "none";
      try {
        redis.eval(
            """
            local message = redis.call('RPOP', KEYS[1])
            redis.call('PUBLISH', 'CHANNEL', message)
            redis.call('LPUSH', KEYS[2], message)
            return message
            """,
            2, "CLAIM", "DONE");
      } catch (JedisDataException e) {
        error = e.getMessage();
      }
      System.out.println("error of the script: " + error);
      System.out.println("CLAIM has " + redis.llen("CLAIM") + ", DONE has " + redis.llen("DONE") + " messages");
      boolean lost = redis.llen("CLAIM") == 0 && redis.llen("DONE") == 0;
      System.exit(error.contains("can't publish") && lost ? 0 : 1);
    }
  }
}
JAVA
java -cp 'lib/*' Finding.java "$port"
