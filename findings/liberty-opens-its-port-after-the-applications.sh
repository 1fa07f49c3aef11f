#!/usr/bin/env bash
# Open Liberty 26.0.0.5 (mpHealth-4.0), 2026-11-27
#
# Expected: while an application starts, /health/ready answers with 503.
#
# Seen: the connection is refused. The server opens its port only after its applications have started. To a probe, a server whose
# application works for a while at the start looks the same as a server that is not there.
#
# Message Logger: creates its schema after the start, not in it, and k8s/base has a startup probe.
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
    <feature>mpHealth-4.0</feature>
    <feature>servlet-6.1</feature>
    <feature>cdi-4.1</feature>
  </featureManager>
  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="$port" httpsPort="-1"/>
</server>
XML
cat > Slow.java <<'JAVA'
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import java.nio.file.Files;
import java.nio.file.Path;

@ApplicationScoped
public class Slow {
  void start(@Observes Startup event) throws InterruptedException {
    System.out.println("FINDING the application begins its work");
    while (!Files.exists(Path.of(System.getenv("GO_ON")))) {
      Thread.sleep(100);
    }
    System.out.println("FINDING the application has started");
  }
}
JAVA

javac -cp 'lib/*' -d "$app/classes" *.java
export GO_ON=$work/go-on
java @wlp/lib/platform/java/java9.options -javaagent:wlp/bin/tools/ws-javaagent.jar \
  -jar wlp/bin/tools/ws-server.jar finding >console.log 2>&1 &
server=$!
await() {
  until grep -qs "$1" console.log; do
    kill -0 "$server"
    sleep 0.2
  done
}
probe() {
  curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/health/ready" || true
}
await 'FINDING the application begins'
sleep 8 # time enough for a port to open; every other part of the server starts meanwhile
during=$(probe)
touch "$GO_ON"
await 'TCP Channel defaultHttpEndpoint has been started\|CWWKF0011I'
for _ in $(seq 100); do
  after=$(probe)
  [ "$after" = 000 ] || break
  sleep 0.2
done
echo "Open Liberty $(sed -n 's/.*com.ibm.websphere.productVersion=//p' wlp/lib/versions/openliberty.properties)"
echo "GET /health/ready while the application starts: $during (000: connection refused), afterwards: $after"
[ "$during" = 000 ] && [ "$after" != 000 ]
