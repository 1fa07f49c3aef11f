#!/usr/bin/env bash
# Open Liberty 26.0.0.5 (mpConfig-3.1), 2026-11-27
#
# Expected: an environment variable reaches the application through MicroProfile Config as it is. If it cannot be used, there is an error.
#
# Seen: ${...} in a value is an expression. If its name is unknown, the whole value counts as absent: getOptionalValue is empty, the
# default is used, and the log has no line about it. getConfigValue(name).getRawValue() has the value as it is.
#
# Message Logger: asks the sources of configuration themselves (ops.SettingsSource).
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
    <dependency><groupId>org.eclipse.microprofile.config</groupId><artifactId>microprofile-config-api</artifactId><version>3.1</version></dependency>
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
    <feature>mpConfig-3.1</feature>
  </featureManager>
  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="$port" httpsPort="-1"/>
</server>
XML
cat > Show.java <<'JAVA'
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.microprofile.config.ConfigProvider;

@WebServlet("/show")
public class Show extends HttpServlet {
  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response
        .getWriter()
        .println(
            "getOptionalValue: "
                + ConfigProvider.getConfig().getOptionalValue("QUEUE", String.class).orElse("absent")
                + "; getRawValue: "
                + ConfigProvider.getConfig().getConfigValue("QUEUE").getRawValue());
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
export QUEUE='orders-${region}'
start
echo "Open Liberty $(sed -n 's/.*com.ibm.websphere.productVersion=//p' wlp/lib/versions/openliberty.properties)"
answer=$(curl -s "http://127.0.0.1:$port/finding/show")
echo "environment: $QUEUE; $answer"
[ "$answer" = 'getOptionalValue: absent; getRawValue: orders-${region}' ]
