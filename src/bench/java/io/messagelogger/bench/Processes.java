package io.messagelogger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the processes of this machine have used: the database's (all of them, by the parent of a
 * backend, and those that have ended) and Redis's, where they run on it. Immutable.
 */
final class Processes {
  /** User time of ended children, counted from the state, which follows the name; see proc(5). */
  private static final int CUTIME = 13;

  private static final int MILLIS_A_TICK = 10;
  private static final Processes NONE = new Processes(null, null);

  private final @Nullable ProcessHandle postmaster;
  private final @Nullable ProcessHandle redis;

  private Processes(@Nullable ProcessHandle postmaster, @Nullable ProcessHandle redis) {
    this.postmaster = postmaster;
    this.redis = redis;
  }

  /** CPU time at a moment; null where a process is not of this machine. */
  record Cpu(Duration contender, @Nullable Duration database, @Nullable Duration redis) {}

  static Processes find(BenchServices services, Connection connection, BenchQueue queue)
      throws IOException, SQLException {
    if (!services.local()) {
      return NONE;
    }
    long backend = new Sql(connection).number("SELECT pg_backend_pid()");
    return new Processes(
        named("postgres", ProcessHandle.of(backend).flatMap(ProcessHandle::parent)),
        named("redis", ProcessHandle.of(queue.process())));
  }

  Cpu cpu(ProcessHandle contender) throws IOException {
    Duration database = null;
    if (postmaster != null) {
      database = family(postmaster);
    }
    return new Cpu(used(contender), database, redis == null ? null : used(redis));
  }

  /** CPU time of a postmaster and its processes, those that have ended included. */
  static Duration family(ProcessHandle postmaster) throws IOException {
    try (Stream<ProcessHandle> children = postmaster.children()) {
      return children
          .map(Processes::used)
          .reduce(used(postmaster).plus(usedByEnded(postmaster)), Duration::plus);
    }
  }

  /** Megabytes of the process's memory that are resident: now, or at most so far. */
  static Optional<Long> megabytes(ProcessHandle process, boolean most) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.exists(status)) {
      return Optional.empty();
    }
    String field = most ? "VmHWM:" : "VmRSS:";
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(field))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst();
    }
  }

  /** A container's process has another number here, which may be another process's. */
  private static @Nullable ProcessHandle named(String name, Optional<ProcessHandle> process)
      throws IOException {
    if (process.isEmpty()) {
      return null;
    }
    String stat = stat(process.get());
    return stat.isEmpty() || stat.contains("(" + name) ? process.get() : null;
  }

  /** The CPU time of children that were collected; zero where there is no /proc. */
  private static Duration usedByEnded(ProcessHandle parent) throws IOException {
    String stat = stat(parent);
    if (stat.isEmpty()) {
      return Duration.ZERO;
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[CUTIME]) + Long.parseLong(fields[CUTIME + 1]);
    return Duration.ofMillis(ticks * MILLIS_A_TICK);
  }

  private static String stat(ProcessHandle process) throws IOException {
    Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
    return Files.exists(stat) ? Files.readString(stat) : "";
  }

  private static Duration used(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
