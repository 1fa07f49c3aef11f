package io.messagelogger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.queue.Claim;
import io.messagelogger.settings.Settings;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
  @ParameterizedTest
  @CsvSource({
    "0.25, 250, true, 250, 10",
    "0.25, 251, true, 251, 11",
    "0.25, 1000, true, 1, 40",
    "0.25, 7, true, 7, 1",
    "0.25, 250, true, 0, 250",
    "0.25, 250, false, 250, 250",
    "3600, 250, true, 250, 10",
    "0.05, 250, true, 250, 50",
    "0.01, 250, true, 250, 250",
    "0, 250, true, 250, 250"
  })
  void aStepGoesByTheTimeThatMessagesWaitAndByWhatWaitsBehind(
      String interval, int size, boolean last, int published, int step) {
    Pace pace = Pace.of(Settings.from(Map.of("BATCH_INTERVAL", interval)::get));
    Claim claim = new Claim("claim.0", 0, Collections.nCopies(size, new byte[1]), 0, last);
    assertThat(pace.step(claim, published)).isEqualTo(step);
  }
}
