#!/usr/bin/env bash
# Open Liberty 26.0.0.5 (websocket-2.2, cdi-4.1), Java 17, 2026-11-27
#
# Expected: an application that closes its WebSocket sessions with 1001 (going away) while it observes Shutdown can say goodbye to
# its clients when the server is stopped by SIGTERM.
#
# Seen: Liberty cuts the connections first and tells the application afterwards. Clients see a broken connection (1006), as after
# a crash.
#
# Message Logger: handles the signal itself, before Liberty does (live.EndSignals, docs/decisions/014-saying-goodbye.md).
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
    <feature>websocket-2.2</feature>
    <feature>cdi-4.1</feature>
  </featureManager>
  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="$port" httpsPort="-1"/>
</server>
XML
cat > Goodbye.java <<'JAVA'
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

@ApplicationScoped
@ServerEndpoint("/feed")
public class Goodbye {
  private static final Set<Session> SESSIONS = ConcurrentHashMap.newKeySet();

  @OnOpen
  public void open(Session session) {
    SESSIONS.add(session);
  }

  void stop(@Observes Shutdown event) {
    for (Session session : SESSIONS) {
      System.out.println("FINDING the application is told; session open: " + session.isOpen());
      try {
        session.close(new CloseReason(CloseReason.CloseCodes.GOING_AWAY, "server stops"));
      } catch (IOException | RuntimeException e) {
        System.out.println("FINDING close: " + e);
      }
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

cat > Client.java <<'JAVA'
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

class Client implements WebSocket.Listener {
  private final CompletableFuture<String> end = new CompletableFuture<>();

  public static void main(String[] args) throws Exception {
    Client client = new Client();
    HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(URI.create(args[0]), client).join();
    System.out.println("connected");
    System.out.println(client.end.get(60, TimeUnit.SECONDS));
    System.exit(0);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    end.complete("closed with " + code);
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    end.complete("broken connection: " + error.getMessage());
  }
}
JAVA
java Client.java "ws://127.0.0.1:$port/finding/feed" >client.log &
client=$!
until grep -q connected client.log; do kill -0 "$client"; sleep 0.2; done
kill -TERM "$server"
wait "$server" || true
server=
wait "$client"
echo "Open Liberty $(sed -n 's/.*com.ibm.websphere.productVersion=//p' wlp/lib/versions/openliberty.properties)"
sed -n 's/.*FINDING //p' console.log
tail -n 1 client.log
! grep -q 'closed with 1001' client.log
