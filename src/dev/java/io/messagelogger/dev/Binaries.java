package io.messagelogger.dev;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;
import redis.embedded.RedisExecProvider;

/**
 * The programs of the embedded services, unpacked once from their jars into target/embedded. A
 * folder appears there complete or not at all, so neither a killed nor a concurrent run leaves half
 * of one behind. Thread-safe.
 */
final class Binaries {
  private static final Logger RESOLVER_LOGGER = Logger.getLogger("io.zonky.test");

  static {
    RESOLVER_LOGGER.setLevel(Level.WARNING);
  }

  private Binaries() {}

  /** The folder that holds PostgreSQL's bin, lib and share. */
  static Path postgres() throws IOException {
    byte[] archive;
    try (InputStream resource =
        DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
            System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux",
            System.getProperty("os.arch").replace("amd64", "x86_64"))) {
      archive = resource.readAllBytes();
    }
    CRC32C sum = new CRC32C();
    sum.update(archive);
    return unpacked(
        "postgres-" + Long.toHexString(sum.getValue()), folder -> unpackTar(archive, folder));
  }

  /**
   * Redis's server program: the machine's own where it is of the same version, as the files of
   * another could not be read by the one that comes with the build; else that one. It is linked
   * with musl, whose memory allocator takes more of the processor (docs/performance.md).
   */
  static Path redis() throws IOException {
    String name = "redis-server";
    Optional<Path> installed = Command.find(name);
    if (installed.isPresent()
        && Command.output(installed.get().toString(), "--version")
            .contains("v=" + minor(RedisExecProvider.redisVersion) + ".")) {
      return installed.get();
    }
    return unpacked(
            "redis-" + RedisExecProvider.redisVersion,
            folder -> {
              Path copy = folder.resolve(name);
              Files.copy(RedisExecProvider.defaultProvider().get().toPath(), copy);
              makeExecutable(copy);
            })
        .resolve(name);
  }

  /** Of 7.0.15, 7.0. */
  private static String minor(String version) {
    return version.substring(0, version.lastIndexOf('.'));
  }

  private static Path unpacked(String name, Unpacking unpacking) throws IOException {
    Path parent = DataFolder.project().resolve("target").resolve("embedded");
    Path folder = parent.resolve(name);
    if (Files.exists(folder)) {
      return folder;
    }
    Files.createDirectories(parent);
    Path fresh = Files.createTempDirectory(parent, name + "-");
    unpacking.into(fresh);
    makeExecutable(fresh);
    if (!fresh.toFile().renameTo(folder.toFile())) {
      delete(fresh);
      if (!Files.exists(folder)) { // if it does, a concurrent run was faster
        throw new IOException("Cannot create " + folder);
      }
    }
    return folder;
  }

  private static void unpackTar(byte[] archive, Path folder) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder)) {
          throw new IOException("Archive entry outside of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
          continue;
        }
        Files.createDirectories(file.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, file);
          if (file.getParent().endsWith("bin")) {
            makeExecutable(file);
          }
        }
      }
    }
  }

  private static void makeExecutable(Path file) throws IOException {
    if (!file.toFile().setReadable(true, false) || !file.toFile().setExecutable(true, false)) {
      throw new IOException("Cannot make executable: " + file);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.delete(file);
    }
  }

  /** Fills an empty folder. */
  @FunctionalInterface
  private interface Unpacking {
    void into(Path folder) throws IOException;
  }
}
