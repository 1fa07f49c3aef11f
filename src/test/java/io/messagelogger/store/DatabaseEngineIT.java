package io.messagelogger.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.testing.FreshDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What is told about a database. */
class DatabaseEngineIT {
  @Test
  void kindAndRisksAreTold() throws SQLException {
    try (FreshDatabase fresh = new FreshDatabase()) {
      DatabaseEngine engine = new DatabaseEngine(fresh.started());
      assertThat(engine.state()).isEmpty();
      DatabaseEngine.State state = engine.look();
      assertThat(state.version()).matches("\\d+(\\.\\d+)+.*");
      assertThat(state.timescale() != null).isEqualTo(fresh.hasTimescale());
      assertThat(state.layout())
          .isEqualTo(
              fresh.hasTimescale() ? "hypertable" : fresh.hasCitus() ? "distributed" : "plain");
      assertThat(state.nodes().isEmpty()).isEqualTo(!fresh.hasCitus());
      assertThat(state.risks()).noneMatch(risk -> risk.startsWith("synchronous_commit"));
      assertThat(engine.state()).contains(state);

      fresh.execute(
          "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$");
      assertThat(engine.look().risks())
          .anySatisfy(
              risk ->
                  assertThat(risk)
                      .startsWith("synchronous_commit is off: ")
                      .endsWith("set it to on"));
    }
  }

  /** A server of the version before, that is started again in the middle of a rolling update. */
  @Test
  void aSchemaOfALaterVersionIsTaken() throws SQLException {
    try (FreshDatabase fresh = new FreshDatabase()) {
      fresh.started();
      fresh.execute(
          """
          INSERT INTO message_logger_schema
                 (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
          SELECT max(installed_rank) + 1, '9000', 'later', 'SQL', 'V9000__later.sql', 1, 'later', 1, true
            FROM message_logger_schema
          """);
      fresh.started();
    }
  }
}
