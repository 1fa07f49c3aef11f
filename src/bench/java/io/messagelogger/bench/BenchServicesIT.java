package io.messagelogger.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.settings.Setting;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a benchmark works with is its own. */
class BenchServicesIT {
  /** Otherwise it would drain that of the Redis that was given, into a database that is dropped. */
  @Test
  void noServerOfABenchmarkWorksWithTheDefaultQueue() throws IOException {
    try (BenchServices services = BenchServices.start(false)) {
      String one = services.environment("one").get(Setting.REDIS_QUEUE.name());
      String other = services.environment("other").get(Setting.REDIS_QUEUE.name());
      assertThat(one).isNotBlank().isNotEqualTo(Setting.REDIS_QUEUE.defaultText());
      assertThat(other).isNotBlank().isNotEqualTo(one);
    }
  }
}
