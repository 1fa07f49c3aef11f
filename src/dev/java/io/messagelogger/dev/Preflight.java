package io.messagelogger.dev;

import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.settings.tls.ServerCertificate;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the run command needs before anything is built: settings that are allowed, a data folder of
 * its own, nothing left of a run that was killed, free ports. The build compiles this class alone,
 * with what it uses, and runs it first. Stateless.
 */
public final class Preflight {
  private Preflight() {}

  /** Ends the JVM with status 1 and one line on the error stream when something is missing. */
  public static void main(String[] arguments) {
    Function<String, @Nullable String> environment = System::getenv;
    try {
      Settings settings = Settings.from(environment);
      ServerCertificate.of(settings);
      try (DataFolder data = DataFolder.lock(DataFolder.of(environment))) {
        Leftovers.stop(data.path(), ServerProcess.Installation.ofProject());
        requirePorts(settings, environment);
      }
    } catch (InvalidSettingsException | IOException e) {
      Console.error(String.valueOf(e.getMessage()));
      System.exit(1);
    }
  }

  /**
   * Checks that the server and the services that it starts can listen.
   *
   * @throws IOException when a port is in use
   */
  static void requirePorts(Settings settings, Function<String, @Nullable String> environment)
      throws IOException {
    requirePort(settings, Setting.HTTP_PORT, "");
    if (!settings.text(Setting.HTTPS_PORT).isEmpty()) {
      requirePort(settings, Setting.HTTPS_PORT, "");
    }
    if (!Services.externalRedis(environment)) {
      requirePort(
          settings, Setting.REDIS_PORT, ", or set REDIS_HOST to use the Redis that runs there");
    }
    if (!Services.externalDatabase(environment)) {
      requirePort(
          settings, Setting.DB_PORT, ", or set DB_HOST to use the PostgreSQL that runs there");
    }
  }

  private static void requirePort(Settings settings, Setting setting, String otherWay)
      throws IOException {
    int port = settings.count(setting);
    Optional<String> obstacle = Ports.obstacle(port);
    if (obstacle.isPresent()) {
      throw new IOException(
          "Port %d %s; set %s to a free one%s."
              .formatted(port, obstacle.get(), setting.name(), otherWay));
    }
  }
}
