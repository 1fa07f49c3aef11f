#!/usr/bin/env bash
# Open Liberty 26.0.0.5 (mpFaultTolerance-4.1, cdi-4.1, Jakarta Transactions), 2026-11-27
#
# Expected: with @Retry and @Transactional on the same method, each try has a transaction of its own.
#
# Seen: @Transactional is the outer interceptor (priority 200, against 4010), so all tries share one transaction. If the first try
# marks it for rollback, a later try that succeeds is rolled back too.
#
# Message Logger: retries around the transaction with a loop of its own (docs/decisions/013-fault-tolerance.md).
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
    <dependency><groupId>org.eclipse.microprofile.fault-tolerance</groupId><artifactId>microprofile-fault-tolerance-api</artifactId><version>4.1</version></dependency>
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
    <feature>mpFaultTolerance-4.1</feature>
    <feature>jdbc-4.3</feature>
    <feature>jndi-1.0</feature>
  </featureManager>
  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="$port" httpsPort="-1"/>
</server>
XML
cat > Work.java <<'JAVA'
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.eclipse.microprofile.faulttolerance.Retry;

@ApplicationScoped
public class Work {
  private final List<Object> transactions = new ArrayList<>();

  @Retry(maxRetries = 2, delay = 0, jitter = 0)
  @Transactional
  public void succeedAtTheThirdTry() {
    transactions.add(registry().getTransactionKey());
    if (transactions.size() < 3) {
      throw new IllegalStateException("try " + transactions.size());
    }
  }

  @WebServlet("/tries")
  public static class Tries extends HttpServlet {
    @Inject Work work;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
      work.succeedAtTheThirdTry();
      response.getWriter().println(work.tries());
    }
  }

  private static TransactionSynchronizationRegistry registry() {
    try {
      return InitialContext.doLookup("java:comp/TransactionSynchronizationRegistry");
    } catch (NamingException e) {
      throw new IllegalStateException(e);
    }
  }

  public String tries() {
    return transactions.size() + " tries in " + new HashSet<>(transactions).size() + " transaction(s)";
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
curl -s "http://127.0.0.1:$port/finding/tries" | tee answer
grep -qx '3 tries in 1 transaction(s)' answer
