package io.messagelogger.ops;

import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.Settings;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.Config;

/** Reads the settings from MicroProfile Config, before anything else starts. */
@ApplicationScoped
public class SettingsSource {
  private static final Logger LOG = Logger.getLogger(SettingsSource.class.getName());

  @Inject private Config config;

  @Produces
  @Singleton
  Settings settings() {
    return Settings.from(name -> config.getOptionalValue(name, String.class).orElse(null));
  }

  /** Ends the start of the application when a setting is wrong. */
  void check(@Observes @Priority(1) Startup event, Provider<Settings> settings) {
    try {
      settings.get();
    } catch (InvalidSettingsException e) {
      LOG.severe(e.getMessage());
      throw e;
    }
  }
}
