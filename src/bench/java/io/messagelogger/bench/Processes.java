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
 * backend) and Redis's, where they run on it. Immutable.
 */
final class Processes {
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
      throws SQLException {
    if (!services.local()) {
      return NONE;
    }
    long backend = new Sql(connection).number("SELECT pg_backend_pid()");
    return new Processes(
        ProcessHandle.of(backend).flatMap(ProcessHandle::parent).orElse(null),
        ProcessHandle.of(queue.process()).orElse(null));
  }

  Cpu cpu(ProcessHandle contender) {
    Duration database = null;
    if (postmaster != null) {
      try (Stream<ProcessHandle> children = postmaster.children()) {
        database = children.map(Processes::used).reduce(Duration.ZERO, Duration::plus);
      }
    }
    return new Cpu(used(contender), database, redis == null ? null : used(redis));
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

  private static Duration used(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
