package io.messagelogger.ops;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether anyone may read and write, where an operator looks. Never down. */
@Readiness
@ApplicationScoped
public class AccessHealth implements HealthCheck {
  private final Settings settings;

  /** Tells of these. */
  @Inject
  public AccessHealth(Settings settings) {
    this.settings = settings;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("access")
        .withData("anonymous", !settings.authenticated())
        .withData("listens", settings.text(Setting.HTTP_HOST))
        .up()
        .build();
  }
}
