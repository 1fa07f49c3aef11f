package io.messagelogger.it.deploy;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.security.auth.module.UnixSystem;
import io.messagelogger.deploy.Containerfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file system tree that the Containerfile describes, built and entered by bubblewrap instead of
 * a container engine. The machine's own programs, libraries and JDK stand for the base images. Used
 * by one thread.
 */
final class Image implements AutoCloseable {
  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  /** What a base image has, and the tests do not change. */
  private static final List<String> BASE =
      List.of("usr", "etc", "bin", "sbin", "lib", "lib32", "lib64", "libx32");

  private final Path folder;
  private final Containerfile file;
  private final Map<String, Path> stages = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private @Nullable Path root;

  /** Builds all stages. */
  Image(Containerfile file) throws IOException, InterruptedException {
    this.file = file;
    this.folder =
        Files.createTempDirectory("message-logger-image", asFileAttribute(fromString("rwxr-xr-x")));
    for (Containerfile.Stage stage : file.stages()) {
      build(stage);
    }
  }

  /** The tree of the image. */
  Path root() {
    return Objects.requireNonNull(root);
  }

  /**
   * The command line that runs a program in a container of the image: as the image's user without
   * privileges, with a root that nobody can write to, in its own process space, /tmp and /output in
   * memory.
   *
   * @param files of the machine that are mounted in /tmp, for reading
   */
  List<String> command(Map<String, String> settings, List<Path> files, List<String> program) {
    List<String> line = new ArrayList<>();
    String[] user = file.image().all("USER").get(0).split(":", -1);
    if (new UnixSystem().getUid() == 0) {
      line.addAll(List.of("setpriv", "--reuid=" + user[0], "--regid=" + user[1], "--clear-groups"));
    }
    line.addAll(List.of("bwrap", "--unshare-pid", "--as-pid-1", "--die-with-parent", "--ro-bind"));
    line.addAll(List.of(root().toString(), "/"));
    base(line);
    line.addAll(List.of("--tmpfs", "/tmp", "--tmpfs", "/output", "--chdir", "/"));
    for (Path each : files) {
      line.addAll(List.of("--ro-bind", each.toString(), "/tmp/" + each.getFileName()));
    }
    Map<String, String> variables = new HashMap<>(environment);
    variables.putAll(settings);
    variables(line, variables);
    line.addAll(program);
    return line;
  }

  /** The program that a container of the image starts. */
  List<String> entryPoint() {
    return words(file.image().all("ENTRYPOINT").get(0));
  }

  /** The program that tells whether a container is well. */
  List<String> healthCheck() {
    String text = file.image().all("HEALTHCHECK").get(0);
    return words(text.substring(text.indexOf("CMD ") + 4));
  }

  private void build(Containerfile.Stage stage) throws IOException, InterruptedException {
    Path tree = Files.createDirectory(folder.resolve("stage" + stages.size()));
    prepare(tree);
    for (Containerfile.Instruction instruction : stage.instructions()) {
      switch (instruction.word()) {
        case "COPY" -> copy(instruction, tree);
        case "RUN" -> run(instruction.text(), tree);
        case "ENV" ->
            Arrays.stream(instruction.text().split("\\s+"))
                .map(each -> each.split("=", 2))
                .forEach(each -> environment.put(each[0], each[1]));
        case "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT" -> {}
        default -> throw new IOException("The test does not know " + instruction.word());
      }
    }
    stages.put(stage.name(), tree);
    root = tree;
  }

  private void copy(Containerfile.Instruction copy, Path tree) throws IOException {
    List<String> paths = copy.operands();
    Path target = tree.resolve(paths.get(paths.size() - 1).substring(1));
    String from = copy.option("from");
    for (String path : paths.subList(0, paths.size() - 1)) {
      Path source = from.isEmpty() ? Path.of(path) : stages.get(from).resolve(path.substring(1));
      if (Files.isDirectory(source)) {
        copyAll(source, target);
      } else {
        Files.createDirectories(target);
        Files.copy(source, target.resolve(source.getFileName()));
      }
    }
  }

  private static void copyAll(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path each : files.toList()) {
        Path copy = target.resolve(source.relativize(each).toString());
        if (Files.isDirectory(each) && Files.isDirectory(copy)) {
          continue;
        }
        Files.copy(each, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  private void run(String shell, Path tree) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("bwrap", "--bind", tree.toString(), "/"));
    base(line);
    line.addAll(List.of("--tmpfs", "/tmp", "--chdir", "/"));
    variables(line, Map.of());
    line.addAll(List.of("/bin/sh", "-c", shell));
    Path log = folder.resolve("build.log");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(2, MINUTES);
    process.destroyForcibly();
    assertThat(ended && process.exitValue() == 0).as(Files.readString(log)).isTrue();
  }

  /** Makes the places in a tree where the base image's folders are mounted, and its links. */
  private static void prepare(Path tree) throws IOException {
    for (String name : BASE) {
      Path path = Path.of("/", name);
      if (Files.isSymbolicLink(path)) {
        Files.createSymbolicLink(tree.resolve(name), Path.of("usr", name));
      } else if (Files.exists(path)) {
        Files.createDirectory(tree.resolve(name));
      }
    }
    for (String name : List.of("proc", "dev", "tmp")) {
      Files.createDirectory(tree.resolve(name));
    }
    if (!JAVA_HOME.startsWith("/usr")) {
      Files.createDirectories(tree.resolve(JAVA_HOME.toString().substring(1)));
    }
  }

  private static void base(List<String> line) {
    for (String name : BASE) {
      Path path = Path.of("/", name);
      if (Files.exists(path) && !Files.isSymbolicLink(path)) {
        line.addAll(List.of("--ro-bind", path.toString(), path.toString()));
      }
    }
    if (!JAVA_HOME.startsWith("/usr")) {
      line.addAll(List.of("--ro-bind", JAVA_HOME.toString(), JAVA_HOME.toString()));
    }
    line.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
  }

  private static void variables(List<String> line, Map<String, String> variables) {
    line.addAll(List.of("--clearenv", "--setenv", "JAVA_HOME", JAVA_HOME.toString()));
    line.addAll(List.of("--setenv", "PATH", JAVA_HOME + "/bin:/usr/bin:/bin"));
    variables.forEach((name, value) -> line.addAll(List.of("--setenv", name, value)));
  }

  /** The words of a JSON array of strings without escapes. */
  private static List<String> words(String array) {
    return Arrays.stream(array.replaceAll("^\\[\"|\"]$", "").split("\",\\s*\"")).toList();
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
