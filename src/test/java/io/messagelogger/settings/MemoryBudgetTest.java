package io.messagelogger.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that are allowed each, against a heap. */
class MemoryBudgetTest {
  private static final long MEBIBYTE = 1 << 20;

  /** What liberty/jvm.options gives; the collector keeps a part of it for itself. */
  private static final MemoryBudget USUAL = new MemoryBudget(432 * MEBIBYTE);

  private static Optional<String> complaint(MemoryBudget budget, Map<String, String> values) {
    return budget.complaint(Settings.from(values::get));
  }

  @Test
  void theDefaultsFitIntoTheUsualHeap() {
    assertThat(complaint(USUAL, Map.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "BATCH_BYTES, 67108864, WRITERS, 8",
    "MAX_REQUEST_BYTES, 268435456, WRITERS, 2",
    "FEED_QUEUE_BYTES, 1073741824, WRITERS, 2",
    "MAX_MESSAGE_BYTES, 67108864, WRITERS, 2"
  })
  void whatTogetherDoesNotFitIsOneLine(String one, String value, String other, String otherValue) {
    assertThat(complaint(USUAL, Map.of(one, value, other, otherValue)))
        .hasValueSatisfying(
            line -> assertThat(line).contains(one, "heap of 432 MiB").doesNotContain("\n"));
    assertThat(
            complaint(new MemoryBudget(16_384 * MEBIBYTE), Map.of(one, value, other, otherValue)))
        .isEmpty();
  }

  /** The server 96, two batches of 8 and 1 three times, requests of 8 four times, the feed 16. */
  @Test
  void theSumIsWhatTheLineSays() {
    long sum = 96 + 2 * 9 * 3 + 8 * 4 + 16;
    assertThat(complaint(new MemoryBudget(sum * MEBIBYTE), Map.of())).isEmpty();
    assertThat(complaint(new MemoryBudget(sum * MEBIBYTE - 1), Map.of()))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .contains(
                        "about 198 MiB",
                        "96 for the server",
                        "54 for WRITERS",
                        "32 for MAX_REQUEST_BYTES",
                        "16 for FEED_QUEUE_BYTES"));
  }
}
