package io.messagelogger.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Nothing is in the WAR whose licence nobody has looked at, nor one that asks for our source. */
class LicencesIT {
  private static final Set<String> ACCEPTED = Set.of("Apache-2.0", "MIT", "public domain");

  @Test
  void everyLibraryOfTheWarIsListed() throws IOException {
    try (ZipFile war = new ZipFile(System.getProperty("war"))) {
      Set<String> libraries =
          war.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.matches("WEB-INF/lib/.*\\.jar"))
              .map(name -> name.replaceAll("WEB-INF/lib/(.*?)-\\d.*", "$1"))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(libraries).isNotEmpty();
      assertThat(cells(1)).containsExactlyInAnyOrderElementsOf(libraries);
    }
    assertThat(cells(2)).isSubsetOf(ACCEPTED);
  }

  private static List<String> cells(int column) throws IOException {
    return Pattern.compile("(?m)^\\| ([\\w-]+) \\| ([^|]+) \\|$")
        .matcher(Files.readString(Path.of("docs/licences.md")))
        .results()
        .map(row -> row.group(column))
        .toList();
  }
}
