package io.messagelogger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The variables of server.xml agree with the settings. */
class ServerTest {
  private static final Path SERVER_XML = Path.of("liberty/server.xml");

  @Test
  void variablesAreSettingsWithTheirDefaults() {
    assertThat(variables())
        .isNotEmpty()
        .allSatisfy(
            variable -> {
              String name = variable.getAttribute("name");
              assertThat(Setting.values()).extracting(Setting::name).contains(name);
              assertThat(variable.hasAttribute("value")).as("value of %s", name).isFalse();
              assertThat(variable.getAttribute("defaultValue"))
                  .as(name)
                  .isEqualTo(
                      switch (Setting.valueOf(name)) {
                        case DB_MIGRATOR_USER -> "${DB_USER}";
                        case DB_READ_USER -> "${DB_USER}";
                        case DB_READ_HOST -> "${DB_HOST}";
                        case DB_READ_PORT -> "${DB_PORT}";
                        case DB_MIGRATOR_PASSWORD, DB_READ_PASSWORD -> "${DB_PASSWORD}";
                        default -> Setting.valueOf(name).defaultText();
                      });
            });
  }

  @Test
  void declaresTheVariablesThatItUses() throws IOException {
    Set<String> used =
        Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)}")
            .matcher(Files.readString(SERVER_XML))
            .results()
            .map(result -> result.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(variables())
        .extracting(variable -> variable.getAttribute("name"))
        .containsExactlyInAnyOrderElementsOf(used);
  }

  private static List<Element> variables() {
    NodeList variables = Xml.read(SERVER_XML).getElementsByTagName("variable");
    return Stream.iterate(0, i -> i < variables.getLength(), i -> i + 1)
        .map(i -> (Element) variables.item(i))
        .filter(variable -> !variable.getAttribute("name").equals("https.port")) // set by ops
        .toList();
  }
}
