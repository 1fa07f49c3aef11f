package io.messagelogger.it;

import static io.messagelogger.testing.Client.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.docs.Snippet;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client's jar as it was packaged, without anything of the service beside it. */
class ClientIT extends OnServer {
  private static final Path JAR = Path.of("target/message-logger-client.jar");
  private static final Path SOURCES = Path.of("target/message-logger-client-sources.jar");
  private static final String PACKAGE = "io.messagelogger.client.";

  /** Everything that the tests have, but the service and its tests. */
  private static List<Path> libraries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(path -> path.toString().endsWith(".jar"))
        .filter(path -> !path.getFileName().toString().startsWith("message-logger"))
        .toList();
  }

  /** Knows libraries, the jar, and of the tests the tour only. */
  private static URLClassLoader alone() throws MalformedURLException {
    List<Path> paths = new ArrayList<>(libraries());
    paths.add(0, JAR);
    URL[] urls = new URL[paths.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = paths.get(i).toUri().toURL();
    }
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader()) {
      @Override
      protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (name.startsWith(ClientTour.class.getName())) {
          try (InputStream in =
              ClientIT.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
            if (in == null) {
              throw new ClassNotFoundException(name);
            }
            byte[] code = in.readAllBytes();
            return defineClass(name, code, 0, code.length);
          } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
          }
        }
        return super.findClass(name);
      }
    };
  }

  @Test
  void aProgramSendsAndAsks() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader alone = alone()) {
      thread.setContextClassLoader(alone);
      @SuppressWarnings("unchecked")
      Consumer<URI> tour =
          (Consumer<URI>)
              alone.loadClass(ClientTour.class.getName()).getDeclaredConstructor().newInstance();
      assertThat(
              alone.loadClass(PACKAGE + "Page").getProtectionDomain().getCodeSource().getLocation())
          .isEqualTo(JAR.toUri().toURL());
      tour.accept(client.uri("/"));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void theJarHoldsTheClientAndItsSources() throws IOException {
    List<String> classes = files(JAR);
    assertThat(classes).isNotEmpty().allMatch(name -> name.startsWith("io/messagelogger/client/"));
    assertThat(files(SOURCES))
        .contains("io/messagelogger/client/MessageLogger.java")
        .allMatch(name -> name.startsWith("io/messagelogger/client/"));
    assertThat(files(Path.of(System.getProperty("war"))))
        .noneMatch(name -> name.contains("io/messagelogger/client/"));
  }

  private static List<String> files(Path jar) throws IOException {
    try (ZipFile file = new ZipFile(jar.toFile())) {
      return file.stream()
          .filter(entry -> !entry.isDirectory())
          .map(ZipEntry::getName)
          .filter(name -> !name.startsWith("META-INF/"))
          .toList();
    }
  }

  /** What the pages show are programs. */
  @ParameterizedTest
  @CsvSource({"README.md, readme", "docs/clients.md, 400 [Fault"})
  void theExamplesRun(String page, String expected, @TempDir Path folder) throws Exception {
    client.push(message(UUID.randomUUID(), "readme", Map.of("topic", "\"greetings\"")));
    awaitDrained();
    String code =
        Snippet.of(page, "java").stream()
            .filter(text -> text.contains("MessageLogger"))
            .findFirst()
            .orElseThrow()
            .replace("http://localhost:5000", client.uri("").toString());
    String imports =
        code.lines().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
    String body =
        code.lines().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
    Path source = folder.resolve("Example.java");
    Files.writeString(
        source,
        "%s\nclass Example { public static void main(String[] args) throws Exception {\n%s\n}}\n"
            .formatted(imports, body));
    String path =
        JAR
            + File.pathSeparator
            + libraries().stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                said,
                said,
                "-proc:none",
                "-d",
                folder.toString(),
                "-cp",
                path,
                source.toString());
    assertThat(compiled).as(said.toString(StandardCharsets.UTF_8)).isZero();
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                folder + File.pathSeparator + path,
                "Example")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
      assertThat(Files.readString(output)).contains(expected);
    } finally {
      process.destroyForcibly();
    }
  }
}
