package io.messagelogger.it.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.logging.Logger;

/**
 * A disk that is too small for the messages: a file system of its own where this user may mount
 * one, otherwise a trigger that raises what PostgreSQL raises then. Used by one thread.
 */
final class FullDisk implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(FullDisk.class.getName());
  private static final int SMALL_MEGABYTES = 4;

  private final SharedServer test;
  private final Path folder;
  private final boolean mounted;

  private FullDisk(SharedServer test, Path folder, boolean mounted) {
    this.test = test;
    this.folder = folder;
    this.mounted = mounted;
  }

  /** Moves the messages' table to a disk that will be full soon. */
  static FullDisk under(SharedServer test) throws IOException, SQLException {
    Path folder = Files.createTempDirectory("message-logger-disk");
    String options = "size=%dm,mode=0700,uid=%s".formatted(SMALL_MEGABYTES, owner(test));
    boolean mounted = run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString());
    FullDisk disk = new FullDisk(test, folder, mounted);
    if (mounted) {
      LOG.info("The disk is a file system of " + SMALL_MEGABYTES + " MB");
      test.administer(
          "CREATE TABLESPACE small LOCATION '" + folder + "'",
          "ALTER TABLE message_exchange SET TABLESPACE small");
    } else {
      LOG.warning("No file system can be mounted here: a trigger pretends that the disk is full");
      test.administer(
          """
          CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$
          """,
          "CREATE TRIGGER disk_full BEFORE INSERT ON message_exchange EXECUTE FUNCTION"
              + " disk_full()");
    }
    return disk;
  }

  /** The disk is large enough from now on. */
  void enlarge() throws IOException, SQLException {
    if (mounted) {
      if (!run("mount", "-o", "remount,size=1g", folder.toString())) {
        throw new IOException("cannot enlarge " + folder);
      }
    } else {
      test.administer("DROP FUNCTION disk_full CASCADE");
    }
  }

  /** Moves the table back. */
  @Override
  public void close() throws IOException, SQLException {
    if (mounted) {
      try {
        enlarge();
        test.administer(
            "ALTER TABLE message_exchange SET TABLESPACE pg_default", "DROP TABLESPACE small");
      } finally {
        run("umount", "--lazy", folder.toString());
      }
    }
    Files.deleteIfExists(folder);
  }

  /** The user that PostgreSQL runs as. */
  private static String owner(SharedServer test) throws IOException {
    Path process = Path.of("/proc", Long.toString(test.database.pid()));
    return Files.getAttribute(process, "unix:uid").toString();
  }

  private static boolean run(String... command) throws IOException {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .onExit()
            .join()
            .exitValue()
        == 0;
  }
}
