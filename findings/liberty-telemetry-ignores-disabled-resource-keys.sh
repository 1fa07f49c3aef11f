#!/usr/bin/env bash
# Open Liberty 26.0.0.5 (restfulWS-4.0, mpTelemetry-2.1 with OpenTelemetry 1.48), 2026-11-27
#
# Expected: otel.resource.disabled.keys, which OpenTelemetry's own configuration has for that, keeps attributes out of the resource
# that is sent with each span.
#
# Seen: an application whose microprofile-config.properties has it, and whose other otel.* properties work, sends them all the
# same: the command line of the JVM is among them. A name that is set there by otel.resource.attributes does arrive.
#
# Message Logger: takes them out by a customizer of the resource (io.messagelogger.ingest.tracing.OnlyBatches).
set -euo pipefail

work=$(mktemp -d)
server=
collector=
trap 'for one in $server $collector; do kill "$one" 2>/dev/null && wait "$one" || true; done; rm -rf "$work"' EXIT
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

free() {
  local port
  while port=$((20000 + RANDOM % 40000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}
port=$(free)
otlp=$(free)

# Keeps what it is sent.
cat > collector.py <<'PY'
import http.server
import sys

class Keep(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open("spans", "ab") as file:
            file.write(body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Keep).serve_forever()
PY
python3 collector.py "$otlp" &
collector=$!

home=wlp/usr/servers/finding
app=$home/dropins/finding.war/WEB-INF
mkdir -p "$app/classes/META-INF"
cat > "$home/server.xml" <<XML
<server>
  <featureManager>
    <feature>restfulWS-4.0</feature>
    <feature>mpTelemetry-2.1</feature>
  </featureManager>
  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="$port" httpsPort="-1"/>
</server>
XML
cat > "$app/classes/META-INF/microprofile-config.properties" <<PROPERTIES
otel.sdk.disabled=false
otel.exporter.otlp.protocol=http/protobuf
otel.exporter.otlp.endpoint=http://127.0.0.1:$otlp
otel.metrics.exporter=none
otel.logs.exporter=none
otel.bsp.schedule.delay=200
otel.resource.attributes=finding.name=arrived
otel.resource.disabled.keys=process.command_args,process.command_line
PROPERTIES
cat > One.java <<'JAVA'
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;

@ApplicationPath("/")
public class One extends Application {
  @Path("one")
  public static class Resource {
    @GET
    public String get() {
      return "one";
    }
  }
}
JAVA
javac -cp 'lib/*' -d "$app/classes" *.java

java @wlp/lib/platform/java/java9.options -javaagent:wlp/bin/tools/ws-javaagent.jar \
  -jar wlp/bin/tools/ws-server.jar finding >console.log 2>&1 &
server=$!
until [ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/finding/one")" = 200 ]; do
  kill -0 "$server"
  sleep 0.2
done
until [ -s spans ]; do
  kill -0 "$collector"
  sleep 0.2
done

echo "Open Liberty $(sed -n 's/.*com.ibm.websphere.productVersion=//p' wlp/lib/versions/openliberty.properties)"
echo "attributes of the resource, of those that the application has set or disabled:"
grep -aoE 'finding\.name|process\.command_(args|line)' spans | sort -u | tee attributes
grep -q finding.name attributes && grep -q process.command attributes
