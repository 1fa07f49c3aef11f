package io.messagelogger.api.info;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What was built.
 *
 * @param version of the project
 * @param commit of git, in full; "unknown" when it was built outside of a clone
 */
record Build(String version, String commit) {
  private static final String UNKNOWN = "unknown";

  /** The one that is running. */
  static Build ours() {
    String commit = read("commit").strip();
    return new Build(read("version").strip(), commit.matches("[0-9a-f]{40,64}") ? commit : UNKNOWN);
  }

  private static String read(String name) {
    try (InputStream file = Build.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("The build has left out its " + name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
