package io.messagelogger.ops;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Validity;
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
 * Ends the server before it claims anything when it could only run half: with a wrong setting, or
 * without its HTTP port, blind to every question, probe and dashboard. The log has one line that
 * says why, the exit status is 1.
 */
@ApplicationScoped
public class StartGuard {
  private static final Logger LOG = Logger.getLogger(StartGuard.class.getName());

  /** Runs before everything else that starts. */
  void check(
      @Observes @Priority(1) Startup event,
      Provider<Settings> settings,
      Provider<Validity> validity) {
    obstacle(settings, validity)
        .ifPresent(
            reason -> {
              LOG.log(Level.SEVERE, "The server does not start: {0}", reason);
              // Not exit: Liberty would go on for seconds and say again, in other words, what
              // failed.
              Runtime.getRuntime().halt(1);
            });
  }

  private static Optional<String> obstacle(
      Provider<Settings> settings, Provider<Validity> validity) {
    try {
      settings.get();
      validity.get().holds(Reader.ANYONE); // reads the files with keys
      return new ListeningPort(
              settings.get().text(Setting.HTTP_HOST), settings.get().count(Setting.HTTP_PORT))
          .obstacle()
          .or(() -> new MemoryBudget(Runtime.getRuntime().maxMemory()).complaint(settings.get()));
    } catch (InvalidSettingsException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
