package io.messagelogger.ops;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Validity;
import io.messagelogger.queue.RedisEngine;
import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.MemoryBudget;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Provider;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Ends the server before it claims anything when it could only run half: with a wrong setting or
 * certificate, or without one of its ports, blind to every question, probe and dashboard. The log
 * has one line that says why, the exit status is 1.
 */
@ApplicationScoped
public class StartGuard {
  private static final Logger LOG = Logger.getLogger(StartGuard.class.getName());

  /** Runs before everything else that starts. */
  void check(
      @Observes @Priority(1) Startup event,
      Provider<Settings> settings,
      Provider<Validity> validity,
      Provider<Certificates> certificates,
      Provider<RedisEngine> redis) {
    obstacle(settings, validity, certificates, redis)
        .ifPresent(
            reason -> {
              LOG.log(Level.SEVERE, "The server does not start: {0}", reason);
              // Not exit: Liberty would go on for seconds and say again, in other words, what
              // failed.
              Runtime.getRuntime().halt(1);
            });
  }

  private static Optional<String> obstacle(
      Provider<Settings> provider,
      Provider<Validity> validity,
      Provider<Certificates> certificates,
      Provider<RedisEngine> redis) {
    try {
      Settings settings = provider.get();
      validity.get().holds(Reader.ANYONE); // reads the files with keys
      redis.get().condition(); // and those of certificates
      return port(settings, Setting.HTTP_PORT)
          .or(() -> port(settings, Setting.HTTPS_PORT))
          .or(() -> new MemoryBudget(Runtime.getRuntime().maxMemory()).complaint(settings))
          .or(() -> certificates.get().prepare());
    } catch (InvalidSettingsException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> port(Settings settings, Setting setting) {
    return settings.text(setting).isEmpty()
        ? Optional.empty()
        : new ListeningPort(settings.text(Setting.HTTP_HOST), settings.count(setting), setting)
            .obstacle();
  }
}
