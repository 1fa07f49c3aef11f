package io.messagelogger.dev;

import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A TimescaleDB in a container, where a Docker engine answers. Stateless. */
final class TimescaleContainer {
  private static final String IMAGE = "timescale/timescaledb:latest-pg17";

  private TimescaleContainer() {}

  /** Whether a Docker engine answers. Says nothing when there is none, which is no error here. */
  static boolean possible() {
    Logger logger = Logger.getLogger("org.testcontainers");
    Level before = logger.getLevel();
    logger.setLevel(Level.OFF);
    try {
      return DockerClientFactory.instance().isDockerAvailable();
    } finally {
      logger.setLevel(before);
    }
  }

  /** Starts one on a port of Docker's choice. */
  static Service start(Account account) {
    PostgreSQLContainer container =
        new PostgreSQLContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"))
            .withUsername(account.user())
            .withPassword(account.password())
            .withDatabaseName(account.database());
    container.start();
    Map<String, String> environment =
        account.environment(
            container.getHost(), container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT));
    return new Service(environment, "container " + IMAGE, container::stop);
  }
}
