package io.messagelogger.api.letters;

import io.messagelogger.filter.QueryParameters;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.letters.LetterSelection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The query parameters that select dead letters. */
final class LetterParameters {
  private static final List<String> KINDS =
      Arrays.stream(DeadLetter.Kind.values()).map(DeadLetter.Kind::text).toList();

  private static final List<String> STATES =
      Arrays.stream(LetterSelection.State.values())
          .map(state -> state.name().toLowerCase(Locale.ROOT))
          .toList();

  private LetterParameters() {}

  /** The letters in any state that are meant; open ones when no state is said. */
  static LetterSelection selection(QueryParameters parameters) {
    String state = parameters.choice("state", STATES);
    return selection(
        parameters,
        state == null
            ? LetterSelection.State.OPEN
            : LetterSelection.State.valueOf(state.toUpperCase(Locale.ROOT)));
  }

  /** The letters in this state that are meant. What is wrong is noted. */
  static LetterSelection selection(QueryParameters parameters, LetterSelection.State state) {
    String kind = parameters.choice("kind", KINDS);
    String reason = parameters.once("reason");
    return new LetterSelection(
        kind == null ? null : DeadLetter.Kind.of(kind).orElseThrow(), reason, state);
  }
}
