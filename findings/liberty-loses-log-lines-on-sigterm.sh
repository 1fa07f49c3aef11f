#!/usr/bin/env bash
# Open Liberty 26.0.0.5 (cdi-4.1), Java 17, 2026-11-27
#
# Expected: what an application logs by java.util.logging while it observes Shutdown is in messages.log, however the server is
# told to stop.
#
# Seen: after "server stop" it is. After SIGTERM, which is how Kubernetes and systemd stop a server, it is not: the JVM resets
# java.util.logging in a shutdown hook of its own, at the same time as Liberty stops. System.out still works.
#
# Message Logger: nothing that an operator needs is logged only in those last lines (docs/decisions/007-liberty.md).
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
    <dependency><groupId>io.openliberty</groupId><artifactId>openliberty-runtime</artifactId><version>26.0.0.5</version><type>zip</type></dependency>
    <dependency><groupId>jakarta.platform</groupId><artifactId>jakarta.jakartaee-api</artifactId><version>11.0.0</version></dependency>
  </dependencies>
</project>
POM
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 ||
  { cat mvn.log; exit 1; }
jar xf lib/openliberty-runtime-26.0.0.5.zip
while port=$((20000 + RANDOM % 40000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done

home=wlp/usr/servers/finding
app=$home/dropins/finding.war/WEB-INF
mkdir -p "$app/classes"
cat > "$home/server.xml" <<XML
<server>
  <featureManager>
    <feature>cdi-4.1</feature>
    <feature>servlet-6.1</feature>
  </featureManager>
  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="$port" httpsPort="-1"/>
</server>
XML
cat > Goodbye.java <<'JAVA'
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import java.util.logging.Logger;

@ApplicationScoped
public class Goodbye {
  private static final Logger LOG = Logger.getLogger("finding");

  void start(@Observes Startup event) {
    LOG.info("LOGGED at startup");
    System.out.println("PRINTED at startup");
  }

  void stop(@Observes Shutdown event) {
    LOG.info("LOGGED at shutdown");
    System.out.println("PRINTED at shutdown");
  }
}
JAVA

start() {
  java @wlp/lib/platform/java/java9.options -javaagent:wlp/bin/tools/ws-javaagent.jar \
    -jar wlp/bin/tools/ws-server.jar finding >console.log 2>&1 &
  server=$!
  until grep -qs CWWKF0011I console.log && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    kill -0 "$server"
    sleep 0.2
  done
}

javac -cp 'lib/*' -d "$app/classes" *.java

start
kill -TERM "$server"
wait "$server" || true
server=
cp "$home/logs/messages.log" after-sigterm.log

start
java -jar wlp/bin/tools/ws-server.jar finding --stop
wait "$server" || true
server=
cp "$home/logs/messages.log" after-stop.log

echo "Open Liberty $(sed -n 's/.*com.ibm.websphere.productVersion=//p' wlp/lib/versions/openliberty.properties)"
grep -o 'LOGGED.*\|PRINTED.*' after-sigterm.log | sed 's/^/SIGTERM:     /'
grep -o 'LOGGED.*\|PRINTED.*' after-stop.log | sed 's/^/server stop: /'
grep -q 'PRINTED at shutdown' after-sigterm.log && ! grep -q 'LOGGED at shutdown' after-sigterm.log &&
  grep -q 'LOGGED at shutdown' after-stop.log
