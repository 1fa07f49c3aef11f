#!/usr/bin/env bash
# Parsson 1.1.7 (JSON-P 2.1, as in Open Liberty 26.0.0.5), 2026-11-27
#
# Expected: JsonReader.readObject() refuses a text with anything after the object, as a JsonParser does when it is read to the end.
#
# Seen: readObject() returns the first object and ignores the rest. If a faulty producer joins two messages into one text, the second
# is lost without an error.
#
# Message Logger: reads with jackson-core and requires the end (message.MessageReader, docs/decisions/004-reading-json.md).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.eclipse.parsson</groupId><artifactId>parsson</artifactId><version>1.1.7</version></dependency>
  </dependencies>
</project>
POM
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 ||
  { cat mvn.log; exit 1; }

cat > Finding.java <<'JAVA'
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonReader;
import jakarta.json.stream.JsonParser;
import java.io.StringReader;

class Finding {
  public static void main(String[] args) {
    String two = "{\"id\": 1}{\"id\": 2}";
    String tail = "{\"id\": 1} tail";
    String readTwo = read(two);
    String readTail = read(tail);
    System.out.println("readObject of " + two + ": " + readTwo);
    System.out.println("readObject of " + tail + ": " + readTail);
    String parsed = parse(two);
    System.out.println("JsonParser of " + two + ": " + parsed);
    boolean asDescribed =
        readTwo.equals("{\"id\":1}") && readTail.equals("{\"id\":1}") && parsed.startsWith("refused");
    System.exit(asDescribed ? 0 : 1);
  }

  private static String read(String text) {
    try (JsonReader reader = Json.createReader(new StringReader(text))) {
      return reader.readObject().toString();
    } catch (JsonException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static String parse(String text) {
    try (JsonParser parser = Json.createParser(new StringReader(text))) {
      while (parser.hasNext()) {
        parser.next();
      }
      return "accepted";
    } catch (JsonException e) {
      return "refused: " + e.getMessage();
    }
  }
}
JAVA
ls lib/parsson-*.jar
java -cp 'lib/*' Finding.java
