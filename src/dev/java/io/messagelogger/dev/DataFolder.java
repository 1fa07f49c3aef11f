package io.messagelogger.dev;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which the embedded services keep what survives a restart, locked for one run at a
 * time. The operating system drops the lock of a process that was killed. Thread-safe.
 */
public final class DataFolder implements Closeable {
  private final Path path;
  private final FileChannel channel;

  private DataFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** The folder that the environment names as DATA_FOLDER, or "data" in the project's root. */
  public static Path of(Function<String, @Nullable String> environment) {
    String name = environment.apply("DATA_FOLDER");
    Path folder = name == null || name.isBlank() ? Path.of("data") : Path.of(name.strip());
    return project().resolve(folder).normalize();
  }

  /**
   * Creates the folder if need be and locks it.
   *
   * @throws InUseException when another run holds the lock
   * @throws IOException when the folder cannot be created or written
   */
  public static DataFolder lock(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path path = folder.toRealPath();
    FileChannel channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!locked(channel)) {
      channel.close();
      throw new InUseException(path);
    }
    return new DataFolder(path, channel);
  }

  /** Where it is: an absolute path without symbolic links. */
  public Path path() {
    return path;
  }

  /** Unlocks the folder. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** The project's root: as Surefire or Maven tell it, else the working directory. Absolute. */
  static Path project() {
    String root =
        System.getProperty(
            "basedir",
            System.getProperty(
                "maven.multiModuleProjectDirectory", System.getProperty("user.dir")));
    return Path.of(root).toAbsolutePath().normalize();
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // this JVM holds it
    }
  }

  /** The folder belongs to another run. The message is one line that says what to do. */
  public static final class InUseException extends IOException {
    private static final long serialVersionUID = 1L;

    InUseException(Path folder) {
      super(
          "The data folder "
              + folder
              + " is in use by another run; stop that one, or set DATA_FOLDER to another folder.");
    }
  }
}
