package io.messagelogger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.queue.Claim;
import io.messagelogger.settings.Settings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
  @ParameterizedTest
  @CsvSource({
    "0.25, 264, true, 264, 8",
    "0.25, 265, true, 265, 9",
    "0.25, 1000, true, 1, 31",
    "0.25, 7, true, 7, 1",
    "0.25, 250, true, 0, 250",
    "0.25, 250, false, 250, 250",
    "3600, 264, true, 264, 8",
    "0.05, 250, true, 250, 42",
    "0.01, 250, true, 250, 250",
    "0, 250, true, 250, 250"
  })
  void aStepGoesByTheTimeThatMessagesWaitAndByWhatWaitsBehind(
      String interval, int size, boolean last, int published, int step) {
    Pace pace = pace(interval);
    Claim claim =
        new Claim(new Claim.Id("claim", 0), 0, Collections.nCopies(size, new byte[1]), 0, last);
    assertThat(pace.messagesPerStep(claim, published)).isEqualTo(step);
  }

  @ParameterizedTest
  @CsvSource({
    "3600, 3599900",
    "0.25, 150",
    "0.24, 144",
    "0.05, 30",
    "0.01, 6",
    "0.001, 0.6",
    "0, 0"
  })
  void timeIsLeftForStoring(String interval, BigDecimal millis) {
    long nanos = millis.movePointRight(6).longValueExact();
    assertThat(pace(interval).fillTime()).isEqualTo(Duration.ofNanos(nanos));
  }

  private static Pace pace(String interval) {
    return Pace.of(Settings.from(Map.of("BATCH_INTERVAL", interval)::get));
  }
}
