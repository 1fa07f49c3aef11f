package io.messagelogger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.settings.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
  @ParameterizedTest
  @CsvSource({
    "0.25, 250, 250, 10",
    "0.25, 251, 251, 11",
    "0.25, 999, 1, 40",
    "0.25, 7, 7, 1",
    "0.25, 1000, 1000, 1000",
    "0.25, 250, 0, 250",
    "3600, 250, 250, 10",
    "0.05, 250, 250, 50",
    "0.01, 250, 250, 250",
    "0, 250, 250, 250"
  })
  void aStepGoesByTheTimeThatABatchWaits(String interval, int size, int published, int step) {
    assertThat(pace(Map.of("BATCH_INTERVAL", interval)).step(size, published)).isEqualTo(step);
  }

  @Test
  void whatIsFullIsASetting() {
    Pace pace = pace(Map.of("BATCH_SIZE", "50"));
    assertThat(pace.step(50, 50)).isEqualTo(50);
    assertThat(pace.step(49, 49)).isEqualTo(2);
  }

  private static Pace pace(Map<String, String> settings) {
    return Pace.of(Settings.from(settings::get));
  }
}
