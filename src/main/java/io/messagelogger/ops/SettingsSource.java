package io.messagelogger.ops;

import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/**
 * Reads the settings from MicroProfile Config, as they are: a value with <code>${</code> in it is
 * no expression (findings/liberty-drops-a-setting-with-a-dollar-sign.sh).
 */
@ApplicationScoped
public class SettingsSource {
  @Inject private Config config;

  @Produces
  @Singleton
  Settings settings() {
    return Settings.from(name -> config.getConfigValue(name).getRawValue());
  }
}
