package io.messagelogger.ops;

import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Reads the settings from MicroProfile Config. */
@ApplicationScoped
public class SettingsSource {
  @Inject private Config config;

  @Produces
  @Singleton
  Settings settings() {
    return Settings.from(name -> config.getOptionalValue(name, String.class).orElse(null));
  }
}
