package io.messagelogger.testing;

import io.messagelogger.dev.Services;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * The Redis and the database of all tests of one JVM, started when first asked for and stopped
 * after the last test; and, where there is a server to test, its settings. Thread-safe.
 */
public final class TestServices implements LauncherSessionListener {
  private static final Logger LOG = Logger.getLogger(TestServices.class.getName());

  private static @Nullable Services services;
  private static int httpPort;

  /** The services that the tests use. */
  public static synchronized Services get() {
    if (services == null) {
      try {
        Path folder = Files.createTempDirectory("message-logger-test");
        services = Services.forTests(System::getenv, folder);
        LOG.info("The tests use " + services.describe());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return services;
  }

  /** The settings of a server that uses them. */
  public static Settings settings(String... namesAndValues) {
    Map<String, String> values = environment(namesAndValues);
    return Settings.from(values::get);
  }

  /** The environment of a server that uses them. */
  public static Map<String, String> environment(String... namesAndValues) {
    Map<String, String> values = new HashMap<>(get().environment());
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return values;
  }

  /** Where the server that Arquillian starts listens. */
  public static int httpPort() {
    return httpPort;
  }

  /** A port that was free a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    String home = System.getProperty("wlp.home");
    if (home != null) {
      httpPort = freePort();
      prepare(Path.of(home, "usr", "servers", System.getProperty("test.server")));
    }
  }

  /** Tells the test server where everything is, and lets Arquillian ask it for its state. */
  private static void prepare(Path server) {
    try {
      Path overrides = Files.createDirectories(server.resolve("configDropins/overrides"));
      Files.writeString(
          overrides.resolve("test.xml"),
          "<server><featureManager><feature>localConnector-1.0</feature></featureManager></server>");
      StringBuilder lines = new StringBuilder();
      environment(Setting.HTTP_PORT.name(), Integer.toString(httpPort), "CLAIM_LEASE", "3")
          .forEach((name, value) -> lines.append(name).append('=').append(value).append('\n'));
      Files.writeString(server.resolve("server.env"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    closeAll();
  }

  private static synchronized void closeAll() {
    if (services != null) {
      try {
        services.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      services = null;
    }
  }
}
