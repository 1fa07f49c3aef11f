package io.messagelogger.bench;

import io.messagelogger.bench.constant.ConstantApplication;
import io.messagelogger.bench.constant.ConstantResource;
import io.messagelogger.dev.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The application that answers constants, as a WAR for the server of a benchmark. */
final class ConstantWar {
  /** What its paths begin with. */
  static final String PATH = "/constant/";

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private ConstantWar() {}

  /** Puts it into a server, and waits until it answers. */
  static void deploy(BenchServer server) throws IOException {
    write(server.dropins());
    URL url = server.address().resolve(PATH + "10").toURL();
    boolean there =
        Wait.until(
            LIMIT,
            () ->
                ((HttpURLConnection) url.openConnection()).getResponseCode()
                    == HttpURLConnection.HTTP_OK);
    if (!there) {
      throw new IOException("The application of constants does not start");
    }
  }

  private static void write(Path folder) throws IOException {
    try (ZipOutputStream war =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("constant.war")))) {
      for (Class<?> type : new Class<?>[] {ConstantApplication.class, ConstantResource.class}) {
        String file = type.getName().replace('.', '/') + ".class";
        war.putNextEntry(new ZipEntry("WEB-INF/classes/" + file));
        try (InputStream code = type.getClassLoader().getResourceAsStream(file)) {
          if (code == null) {
            throw new IOException(file + " is missing");
          }
          code.transferTo(war);
        }
        war.closeEntry();
      }
    }
  }
}
