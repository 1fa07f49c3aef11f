package io.messagelogger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** The Containerfile agrees with the build, server.xml and the settings. */
class ImageTest {
  private static final Path CONTAINERFILE = Path.of("liberty/Containerfile");
  private static final Path SERVER_XML = Path.of("liberty/server.xml");
  private static final Path POM = Path.of("pom.xml");

  @Test
  void exposesThePortAsTheImagesOwnUser() throws IOException {
    assertThat(instructions("EXPOSE")).containsExactly(Setting.HTTP_PORT.defaultText());
    assertThat(instructions("USER")).last().isEqualTo("1001");
  }

  @Test
  void isMadeOfWhatTheBuildMakesAndTheRepositoryHas() throws IOException {
    Map<String, String> copies = copies();
    Document pom = Xml.read(POM);
    String war = "target/" + Xml.text(pom, "//build/finalName") + ".war";
    String driver =
        Xml.text(pom, "//copyDependencies/dependencyGroup/location")
            .replace("${project.build.directory}", "target");
    assertThat(copies).containsEntry(war, "/config/dropins/");
    assertThat(copies)
        .as("the driver lies where server.xml looks for it")
        .containsEntry(
            driver,
            Xml.text(Xml.read(SERVER_XML), "//library[@id='global']/fileset/@dir")
                    .replace("${shared.resource.dir}", "/opt/ol/wlp/usr/shared/resources")
                + "/");
    assertThat(copies)
        .containsEntry("liberty/server.xml", "/config/")
        .containsEntry("liberty/jvm.options", "/config/");
    assertThat(copies.keySet())
        .filteredOn(source -> !Set.of(war, driver).contains(source))
        .allSatisfy(source -> assertThat(Path.of(source)).exists());
  }

  @Test
  void isNotOlderThanTheServerOfTheBuild() throws IOException {
    Matcher tag =
        Pattern.compile("icr\\.io/appcafe/open-liberty:([0-9.]+)-kernel-slim-java(\\d+)-.*")
            .matcher(instructions("FROM").get(0));
    assertThat(tag.matches()).as("FROM names a release and a Java").isTrue();
    Document pom = Xml.read(POM);
    assertThat(Runtime.Version.parse(tag.group(1)))
        .isGreaterThanOrEqualTo(
            Runtime.Version.parse(Xml.text(pom, "//properties/liberty.version")));
    assertThat(Integer.parseInt(tag.group(2)))
        .isGreaterThanOrEqualTo(
            Integer.parseInt(Xml.text(pom, "//properties/maven.compiler.release")));
  }

  /** What follows an instruction of the Containerfile, wherever it stands, in order. */
  private static List<String> instructions(String name) throws IOException {
    return Files.readString(CONTAINERFILE)
        .replace("\\\n", " ")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length()).strip())
        .toList();
  }

  /** From each source of a COPY, without its last slash, to its destination. */
  private static Map<String, String> copies() throws IOException {
    return instructions("COPY").stream()
        .map(copy -> Arrays.stream(copy.split("\\s+")).filter(p -> !p.startsWith("--")).toList())
        .flatMap(
            paths ->
                paths.subList(0, paths.size() - 1).stream()
                    .map(source -> Map.entry(source, paths.get(paths.size() - 1))))
        .collect(
            Collectors.toMap(entry -> entry.getKey().replaceAll("/$", ""), Map.Entry::getValue));
  }
}
