#!/usr/bin/env bash
# Open Liberty 26.0.0.5, 2026-11-27
#
# Expected: a server whose only HTTP port is in use does not start, or ends.
#
# Seen: it logs an error, goes on without HTTP, starts its applications and says that it is ready. An application that works in
# the background does so in a server that nobody can reach or monitor.
#
# Message Logger: ends before it claims anything (ops.StartGuard, docs/decisions/007-liberty.md).
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
    <feature>servlet-6.1</feature>
    <feature>cdi-4.1</feature>
  </featureManager>
  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="$port" httpsPort="-1"/>
</server>
XML
cat > Worker.java <<'JAVA'
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;

@ApplicationScoped
public class Worker {
  void start(@Observes Startup event) {
    System.out.println("FINDING the application has started");
  }
}
JAVA

cat > Occupy.java <<'JAVA'
import java.net.InetAddress;
import java.net.ServerSocket;

class Occupy {
  public static void main(String[] args) throws Exception {
    ServerSocket socket = new ServerSocket(Integer.parseInt(args[0]), 50, InetAddress.getLoopbackAddress());
    while (true) {
      socket.accept().close();
    }
  }
}
JAVA
java Occupy.java "$port" &
occupier=$!
trap 'kill "$occupier" ${server:+"$server"}; wait || true; rm -rf "$work"' EXIT
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do kill -0 "$occupier"; sleep 0.1; done

start() {
  java @wlp/lib/platform/java/java9.options -javaagent:wlp/bin/tools/ws-javaagent.jar \
    -jar wlp/bin/tools/ws-server.jar finding >console.log 2>&1 &
  server=$!
  until grep -qs CWWKF0011I console.log && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    kill -0 "$server"
    sleep 0.2
  done
}

javac -cp 'lib/*' -d "$app/classes" Worker.java
start
echo "Open Liberty $(sed -n 's/.*com.ibm.websphere.productVersion=//p' wlp/lib/versions/openliberty.properties)"
grep -o 'CWWKO0221E.*\|FINDING.*\|CWWKF0011I.*' console.log
kill -0 "$server" && grep -q CWWKO0221E console.log && grep -q FINDING console.log
