package io.messagelogger.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.testing.FreshDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What is told about a database. */
class DatabaseEngineTest {
  @Test
  void kindAndRisksAreTold() throws SQLException {
    try (FreshDatabase fresh = new FreshDatabase()) {
      DatabaseEngine engine = new DatabaseEngine(fresh.started());
      assertThat(engine.state()).isEmpty();
      DatabaseEngine.State state = engine.look();
      assertThat(state.version()).matches("\\d+(\\.\\d+)+.*");
      assertThat(state.timescale() != null).isEqualTo(fresh.hasTimescale());
      assertThat(state.layout()).isEqualTo(fresh.hasTimescale() ? "hypertable" : "plain");
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
}
