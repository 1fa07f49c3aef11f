#!/usr/bin/env bash
# Open Liberty 26.0.0.5 (websocket-2.2), 2026-11-27
#
# Expected: getAsyncRemote().sendText(...) may be called again before the last send has completed. It is queued, as in other servers,
# or throws IllegalStateException, as the specification allows.
#
# Seen: neither. The call returns normally and the frame is dropped. Only its SendHandler is told, by an IOException. A sender that
# does not check the result of every send loses most of a burst.
#
# Message Logger: a bounded queue per client with one send in flight (live.FeedClient, docs/decisions/019-sending-frames.md).
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
  </featureManager>
  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="$port" httpsPort="-1"/>
</server>
XML
cat > Burst.java <<'JAVA'
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.util.concurrent.atomic.AtomicInteger;

@ServerEndpoint("/feed")
public class Burst {
  @OnOpen
  public void open(Session session) {
    AtomicInteger sent = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    int thrown = 0;
    for (int i = 0; i < 1_000; i++) {
      try {
        session
            .getAsyncRemote()
            .sendText(
                "message " + i,
                result -> {
                  if (result.isOK()) {
                    sent.incrementAndGet();
                  } else if (failed.getAndIncrement() == 0) {
                    System.out.println("FINDING first failure: " + result.getException());
                  }
                  if (sent.get() + failed.get() == 1_000) {
                    System.out.println("FINDING completed: " + sent + ", failed: " + failed);
                  }
                });
      } catch (RuntimeException e) {
        thrown++;
      }
    }
    System.out.println("FINDING calls that threw: " + thrown);
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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

class Client implements WebSocket.Listener {
  private final Semaphore received = new Semaphore(0);

  public static void main(String[] args) throws Exception {
    Client client = new Client();
    HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(URI.create(args[0]), client).join();
    int count = 0;
    while (client.received.tryAcquire(3, TimeUnit.SECONDS)) {
      count++;
    }
    System.out.println(count);
    System.exit(0);
  }

  @Override
  public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
    if (last) {
      received.release();
    }
    socket.request(1);
    return null;
  }
}
JAVA
received=$(java Client.java "ws://127.0.0.1:$port/finding/feed")
sed -n 's/.*FINDING //p' console.log
echo "Open Liberty $(sed -n 's/.*com.ibm.websphere.productVersion=//p' wlp/lib/versions/openliberty.properties): frames sent 1000, received $received"
grep -q 'calls that threw: 0' console.log && [ "$received" -lt 1000 ]
