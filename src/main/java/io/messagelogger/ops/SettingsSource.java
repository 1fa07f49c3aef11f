package io.messagelogger.ops;

import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings from MicroProfile Config, each as it stands: an environment variable is not an
 * expression. MicroProfile Config would replace <code>${x}</code> in it, and take a value as a
 * whole for absent when it knows no x.
 */
@ApplicationScoped
public class SettingsSource {
  /** The ordinal from which on a source is what somebody has set, and no default of the server. */
  private static final int WHAT_IS_SET = 100;

  @Inject private Config config;

  @Produces
  @Singleton
  Settings settings() {
    return Settings.from(this::value);
  }

  /** The value of the first source that has one; null when none has. */
  private @Nullable String value(String name) {
    for (ConfigSource source : config.getConfigSources()) { // the strongest first
      String value = source.getOrdinal() < WHAT_IS_SET ? null : source.getValue(name);
      if (value != null) {
        return value;
      }
    }
    return config.getOptionalValue(name, String.class).orElse(null);
  }
}
