#!/usr/bin/env bash
# Open Liberty 26.0.0.5 (servlet-6.1), curl, 2026-11-27
#
# Expected: an application at context root "/" with an error page for every status (an <error-page> without a code) and a filter for /*
# decides how each error of HTTP is answered, in JSON say.
#
# Seen: a path with an escaped control character (%00, %7F) or a malformed escape (%zz) is answered by the container itself, with 400 and
# a line of HTML. Neither filter nor error page is asked, whatever skipEncodedCharVerification and decodeUrlPlusSign are set to.
#
# Message Logger: says so (docs/api.md, docs/decisions/007-liberty.md); the same in a query is answered as a problem.
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
app=$home/apps/finding.war/WEB-INF
mkdir -p "$app/classes"
cat > "$home/server.xml" <<XML
<server>
  <featureManager>
    <feature>servlet-6.1</feature>
  </featureManager>
  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="$port" httpsPort="-1"/>
  <webContainer skipEncodedCharVerification="true" decodeUrlPlusSign="true"/>
  <webApplication location="finding.war" contextRoot="/"/>
</server>
XML
cat > "$app/web.xml" <<'XML'
<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.1">
  <error-page><location>/error</location></error-page>
</web-app>
XML
cat > Errors.java <<'JAVA'
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

@WebServlet("/error")
public class Errors extends HttpServlet {
  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setContentType("application/json");
    response.getWriter().print("{\"answered\": \"by the error page\"}");
  }
}
JAVA
javac -d "$app/classes" -cp 'lib/*' Errors.java
java @wlp/lib/platform/java/java9.options -javaagent:wlp/bin/tools/ws-javaagent.jar \
  -jar wlp/bin/tools/ws-server.jar finding >console.log 2>&1 &
server=$!
until grep -qs CWWKF0011I console.log && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  kill -0 "$server"
  sleep 0.2
done

echo "Open Liberty $(sed -n 's/.*com.ibm.websphere.productVersion=//p' wlp/lib/versions/openliberty.properties)"
nothing=$(curl -s "http://127.0.0.1:$port/nothing")
echo "/nothing: $nothing"
[[ $nothing == *"by the error page"* ]]
for path in '/a%00' '/a%7F' '/a%zz'; do
  answer=$(curl -s -w ' %{http_code} %{content_type}' "http://127.0.0.1:$port$path")
  echo "$path: $answer"
  [[ $answer == *CWWWC0005I*"400 text/html"* ]]
done
