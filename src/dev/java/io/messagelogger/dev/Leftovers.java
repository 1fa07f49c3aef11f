package io.messagelogger.dev;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a killed run has left behind: processes that are recognised by their pid files in the data
 * folder and their command lines. Stateless.
 */
public final class Leftovers {
  private Leftovers() {}

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
