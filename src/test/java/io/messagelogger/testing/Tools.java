package io.messagelogger.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Logger;

/** Programs of the machine that some tests need. Stateless. */
public final class Tools {
  private static final Logger LOG = Logger.getLogger(Tools.class.getName());

  private Tools() {}

  /** Where a program is; skips the test, and says so, where the machine does not have it. */
  public static Path require(String program, String origin) {
    Optional<Path> found = find(program);
    String skipped = "SKIPPED: no %s on the PATH (%s)".formatted(program, origin);
    if (found.isEmpty()) {
      LOG.warning(skipped);
    }
    assumeTrue(found.isPresent(), skipped);
    return found.orElseThrow();
  }

  /** The program of this name that comes first on the PATH. */
  public static Optional<Path> find(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
