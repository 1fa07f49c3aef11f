package io.messagelogger.it.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Folders of servers and their services: a suite would leave gigabytes. Stateless. */
final class Folder {
  private Folder() {}

  /** A new one. */
  static Path create() throws IOException {
    return Files.createTempDirectory("message-logger-fault");
  }

  /** Deletes one and all that is in it, once nothing that writes there runs any more. */
  static void delete(Path folder) throws IOException {
    deleteIf(folder, path -> true);
  }

  /** Deletes what the condition holds for; it has to hold for what is in a folder, too. */
  static void deleteIf(Path folder, Predicate<Path> condition) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(condition).sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
