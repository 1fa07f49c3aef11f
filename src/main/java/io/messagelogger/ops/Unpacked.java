package io.messagelogger.ops;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The runnable jar unpacks a server of some hundred megabytes and removes it at the end, unless it
 * is killed. This removes what killed ones have left beside this server. A server that lives holds
 * the lock of its work area; one that is being unpacked has no work area yet, and is left alone.
 */
@ApplicationScoped
public class Unpacked {
  private static final Logger LOG = Logger.getLogger(Unpacked.class.getName());

  /** As the runnable jar names its folders: the server's name and a number. */
  private static final Pattern FOLDER = Pattern.compile("(.+_)\\d+");

  /** Removes them; a server that was not unpacked by a runnable jar has none. */
  void start(@Observes Startup event) {
    clean(System.getenv("WLP_USER_DIR"));
  }

  /**
   * Removes the leftovers beside a server.
   *
   * @param userFolder the folder wlp/usr of the unpacked server; null when nobody said
   * @return how many were removed
   */
  static int clean(@Nullable String userFolder) {
    Path own = userFolder == null ? null : own(Path.of(userFolder));
    if (own == null || own.getParent() == null) {
      return 0;
    }
    Matcher name = FOLDER.matcher(own.getFileName().toString());
    if (!name.matches()) {
      return 0;
    }
    int removed = 0;
    for (Path folder : siblings(own, name.group(1))) {
      removed += removeIfDead(folder) ? 1 : 0;
    }
    if (removed > 0) {
      LOG.log(Level.INFO, "Removed {0} unpacked servers that were killed", removed);
    }
    return removed;
  }

  /** The folder that a runnable jar unpacked into; null when the server does not lie in one. */
  private static @Nullable Path own(Path userFolder) {
    Path home = userFolder.toAbsolutePath().getParent();
    return userFolder.endsWith("usr") && home != null && home.endsWith("wlp")
        ? home.getParent()
        : null;
  }

  private static List<Path> siblings(Path own, String prefix) {
    Pattern name = Pattern.compile(Pattern.quote(prefix) + "\\d+");
    try (Stream<Path> folders = Files.list(own.getParent())) {
      return folders
          .filter(folder -> !folder.equals(own))
          .filter(folder -> name.matcher(folder.getFileName().toString()).matches())
          .toList();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "Cannot look for servers that were killed: {0}", e.toString());
      return List.of();
    }
  }

  private static boolean removeIfDead(Path folder) {
    try (Stream<Path> servers = Files.list(folder.resolve("wlp/usr/servers"))) {
      List<Path> locks =
          servers.map(server -> server.resolve("workarea/.sLock")).filter(Files::exists).toList();
      if (locks.isEmpty() || !locks.stream().allMatch(Unpacked::free)) {
        return false;
      }
      remove(folder);
      return true;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "Cannot remove {0}: {1}", new Object[] {folder, e});
      return false;
    }
  }

  private static boolean free(Path lockFile) {
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by this JVM
    } catch (IOException e) {
      LOG.log(Level.FINE, "Cannot try the lock of " + lockFile, e);
      return false;
    }
  }

  private static void remove(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
