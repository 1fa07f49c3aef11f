package io.messagelogger.store.letters;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.store.Query;
import io.messagelogger.store.letters.LetterSelection.State;
import org.junit.jupiter.api.Test;

/** The conditions of a selection; LettersIT holds what they find. */
class LetterSelectionTest {
  private static String conditions(LetterSelection selection) {
    return selection.conditions(new Query().add("WHERE true")).toString();
  }

  @Test
  void eachPartAddsItsCondition() {
    assertThat(conditions(new LetterSelection(null, null, State.ALL))).isEqualTo("WHERE true []");
    assertThat(conditions(new LetterSelection(null, null, State.OPEN)))
        .isEqualTo("WHERE true AND retried_at IS NULL []");
    assertThat(conditions(new LetterSelection(DeadLetter.Kind.TOO_LARGE, null, State.RETRIED)))
        .isEqualTo("WHERE true AND retried_at IS NOT NULL AND kind = ? [too-large]");
  }

  @Test
  void aReasonIsMeantLiterally() {
    assertThat(conditions(new LetterSelection(null, "100%_\\\0", State.ALL)))
        .isEqualTo("WHERE true AND reason ILIKE ? [%100\\%\\_\\\\\u2400%]");
  }

  @Test
  void anIndexTellsWhichAreMeantUnlessAReasonIsLookedFor() {
    assertThat(new LetterSelection(null, null, State.OPEN).indexed()).isTrue();
    assertThat(new LetterSelection(DeadLetter.Kind.FATAL, null, State.OPEN).indexed()).isTrue();
    assertThat(new LetterSelection(null, null, State.ALL).indexed()).isTrue();
    assertThat(new LetterSelection(DeadLetter.Kind.FATAL, null, State.ALL).indexed()).isFalse();
    assertThat(new LetterSelection(null, null, State.RETRIED).indexed()).isFalse();
    assertThat(new LetterSelection(null, "x", State.OPEN).indexed()).isFalse();
  }
}
