#!/usr/bin/env bash
# Open Liberty 26.0.0.5 (restfulWS-4.0, mpOpenAPI-4.1), 2026-11-27
#
# Expected: for a WAR with two JAX-RS applications, each with its own @ApplicationPath and its own getClasses(), /openapi has the
# paths at which the resources answer.
#
# Seen: /openapi puts the resources of both applications under the path of one of them. A client that is generated from it calls
# addresses that do not exist.
#
# Message Logger: scans nothing (mp.openapi.scan.disable) and describes its API in src/main/resources/META-INF/openapi.yaml.
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
    <feature>restfulWS-4.0</feature>
    <feature>mpOpenAPI-4.1</feature>
  </featureManager>
  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="$port" httpsPort="-1"/>
</server>
XML
cat > Two.java <<'JAVA'
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import java.util.Set;

public class Two {
  @ApplicationPath("/letters")
  public static class Letters extends Application {
    @Override
    public Set<Class<?>> getClasses() {
      return Set.of(Letter.class);
    }
  }

  @ApplicationPath("/messages")
  public static class Messages extends Application {
    @Override
    public Set<Class<?>> getClasses() {
      return Set.of(Message.class);
    }
  }

  @Path("/one-letter")
  public static class Letter {
    @GET
    public String get() {
      return "letter";
    }
  }

  @Path("/one-message")
  public static class Message {
    @GET
    public String get() {
      return "message";
    }
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

echo "Open Liberty $(sed -n 's/.*com.ibm.websphere.productVersion=//p' wlp/lib/versions/openliberty.properties)"
for path in letters/one-letter messages/one-message; do
  echo "GET /$path: $(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/finding/$path")"
done
echo "paths in /openapi:"
curl -s "http://127.0.0.1:$port/openapi" | grep '^  /' | sort | tee paths
[ "$(sed 's/[ :]//g; s|^/\([a-z]*\)/.*|\1|' paths | sort -u | wc -l)" = 1 ] && [ "$(wc -l <paths)" = 2 ]
