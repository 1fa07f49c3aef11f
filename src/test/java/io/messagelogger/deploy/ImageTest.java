package io.messagelogger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/**
 * The Containerfile agrees with the build and the settings. Whether a server runs in what it makes
 * is tested by ImageIT.
 */
class ImageTest {
  private static final Path CONTAINERFILE = Path.of("liberty/Containerfile");
  private static final Path OPTIONS = Path.of("liberty/jvm.options");
  private static final Path CONTAINER_OPTIONS = Path.of("liberty/container/jvm.options");
  private static final Path POM = Path.of("pom.xml");

  @Test
  void exposesThePortAsAnOrdinaryUser() throws IOException {
    Containerfile.Stage image = Containerfile.read(CONTAINERFILE).image();
    assertThat(image.all("EXPOSE")).containsExactly(Setting.HTTP_PORT.defaultText());
    assertThat(image.all("USER")).containsExactly("1001:0");
    assertThat(image.all("HEALTHCHECK")).singleElement().asString().contains("/opt/wlp/bin/health");
    assertThat(image.all("ENV"))
        .contains("HTTP_HOST=*") // so it starts only with authentication, or when told not to
        .noneMatch(line -> line.contains("ALLOW_ANONYMOUS"));
    assertThat(image.all("RUN")).as("nothing is fetched or changed on top of the base").isEmpty();
  }

  @Test
  void isMadeOfWhatTheBuildMakesAndTheRepositoryHas() throws IOException {
    String name = Xml.text(Xml.read(POM), "//build/finalName");
    List<String> built = List.of("target/" + name + ".jar", "target/" + name + ".war");
    List<String> sources =
        Containerfile.read(CONTAINERFILE).stages().stream()
            .flatMap(stage -> stage.instructions().stream())
            .filter(each -> each.word().equals("COPY") && each.option("from").isEmpty())
            .flatMap(each -> each.operands().subList(0, each.operands().size() - 1).stream())
            .toList();
    assertThat(sources)
        .containsAll(built)
        .filteredOn(source -> !built.contains(source))
        .isNotEmpty()
        .allSatisfy(source -> assertThat(Path.of(source)).exists());
  }

  @Test
  void basesHaveTheJavaOfTheBuildAndCanBeReplaced() throws IOException {
    Containerfile file = Containerfile.read(CONTAINERFILE);
    assertThat(file.arguments()).containsOnlyKeys("BASE_IMAGE", "BUILD_IMAGE");
    Document pom = Xml.read(POM);
    int release = Integer.parseInt(Xml.text(pom, "//properties/maven.compiler.release"));
    assertThat(file.stages())
        .allSatisfy(
            stage -> {
              Matcher java = Pattern.compile(".*:(\\d+)-(jre|jdk).*").matcher(stage.base());
              assertThat(java.matches()).as(stage.base()).isTrue();
              assertThat(Integer.parseInt(java.group(1))).isGreaterThanOrEqualTo(release);
            });
  }

  @Test
  void optionsDifferOnlyByTheSizeOfTheHeap() throws IOException {
    assertThat(withoutHeap(CONTAINER_OPTIONS)).isEqualTo(withoutHeap(OPTIONS));
    assertThat(Files.readString(CONTAINER_OPTIONS)).doesNotContain("-Xm");
  }

  private static List<String> withoutHeap(Path options) throws IOException {
    return Files.readAllLines(options).stream()
        .filter(line -> !line.matches("-Xm[sxn].*|-XX:(\\w+RAMPercentage|NewRatio)=\\d+"))
        .toList();
  }
}
