package io.messagelogger.dev;

import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.settings.tls.ServerCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The run command: starts what the environment does not name of Redis and database, then the
 * server, and stops all of it on SIGINT (Ctrl-C), SIGTERM or SIGHUP. Made for exec:java, so it runs
 * in Maven's JVM.
 *
 * <p>Exit status 1 and one line on the error stream when a setting is wrong, a port is in use or
 * the server ends by itself.
 */
public final class Run {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration FOREVER = Duration.ofDays(10_000);

  private final Function<String, @Nullable String> environment;
  private final Running running = new Running();
  private volatile boolean announced;

  private Run(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /** Runs until a signal; takes no arguments. */
  public static void main(String[] arguments) {
    Run run = new Run(System::getenv);
    try {
      run.run();
    } catch (InvalidSettingsException | IOException e) {
      if (!run.running.sealed()) {
        Console.error(String.valueOf(e.getMessage()));
      }
    }
    System.exit(1); // a signal gives its own status; nothing else ends well
  }

  private void run() throws IOException {
    Settings settings = Settings.from(environment);
    ServerCertificate.of(settings); // wrong, it would end the server
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    Path data = running.start(() -> DataFolder.lock(DataFolder.of(environment))).path();
    ServerProcess.Installation installation = ServerProcess.Installation.ofProject();
    Leftovers.stop(data, installation);
    Preflight.requirePorts(settings, environment);
    announced = true;
    Services services = running.start(() -> Services.forRun(environment, settings, data));
    Console.line(services.describe());
    ServerProcess server =
        running.start(
            () -> ServerProcess.start(installation, services.environment(), data, Console::line));
    awaitReady(server, settings, data);
    int status = server.await();
    throw new IOException("The server has ended by itself, with status " + status + ".");
  }

  private static void awaitReady(ServerProcess server, Settings settings, Path data)
      throws IOException {
    int port = settings.count(Setting.HTTP_PORT);
    String https = settings.text(Setting.HTTPS_PORT);
    Health health = Health.ofPort(port);
    if (!Wait.until(PATIENCE, () -> !server.running() || health.ready())) {
      Console.line("Not ready yet; " + health.address() + " says why. Still waiting.");
      Wait.until(FOREVER, () -> !server.running() || health.ready());
    }
    if (server.running()) {
      Console.line(
          "Message Logger is ready: http://localhost:%d/%s (data in %s; Ctrl-C stops it)"
              .formatted(
                  port, https.isEmpty() ? "" : " and https://localhost:" + https + "/", data));
    }
  }

  private void stop() {
    running.seal();
    announce("Stopping");
    try {
      running.close();
      announce("Stopped");
    } catch (IOException e) {
      Console.error("Not everything was stopped: " + e.getMessage());
    }
  }

  /** Before anything was started, a stop is nothing to talk about. */
  private void announce(String line) {
    if (announced) {
      Console.line(line);
    }
  }
}
