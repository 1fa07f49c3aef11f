package io.messagelogger.dev;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a killed run has left behind: processes that are recognised by their pid files in the data
 * folder and their command lines. A main class of its own as well, for a build to clear the way
 * before it deploys to the server. Stateless.
 */
public final class Leftovers {
  private Leftovers() {}

  /**
   * Stops them, or ends the JVM with status 1 and one line when they are none, but a run that is
   * alive.
   */
  public static void main(String[] arguments) {
    try (DataFolder data = DataFolder.lock(DataFolder.of(System::getenv))) {
      stop(data.path(), ServerProcess.Installation.ofProject());
    } catch (IOException e) {
      Console.error(String.valueOf(e.getMessage()));
      System.exit(1);
    }
  }

  /**
   * Stops them, the server first. The caller holds the folder's lock.
   *
   * @throws IOException when one does not stop
   */
  static void stop(Path data, ServerProcess.Installation installation) throws IOException {
    List<String> stopped = new ArrayList<>();
    if (ServerProcess.stopLeftover(installation, ServerProcess.pidFile(data))) {
      stopped.add("server");
    }
    if (EmbeddedRedis.stopLeftover(Services.redisFolder(data))) {
      stopped.add("Redis");
    }
    if (EmbeddedDatabase.stopLeftover(Services.databaseFolder(data))) {
      stopped.add("PostgreSQL");
    }
    if (!stopped.isEmpty()) {
      Console.line("Stopped what an earlier run had left: " + String.join(", ", stopped));
    }
  }
}
