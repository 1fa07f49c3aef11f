package io.messagelogger.api.letters;

import io.messagelogger.api.ProblemException;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.letters.LetterSelection;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The query parameters that select dead letters. */
final class LetterParameters {
  private static final String KINDS =
      Arrays.stream(DeadLetter.Kind.values())
          .map(DeadLetter.Kind::text)
          .collect(Collectors.joining(", "));

  private LetterParameters() {}

  /**
   * The letters that are meant.
   *
   * @throws ProblemException 400 when a parameter is wrong
   */
  static LetterSelection selection(
      @Nullable String kind, @Nullable String reason, LetterSelection.State state) {
    DeadLetter.Kind known =
        kind == null
            ? null
            : DeadLetter.Kind.of(kind)
                .orElseThrow(
                    () ->
                        ProblemException.badRequest(
                            "kind: \"" + kind + "\" is not one of " + KINDS));
    return new LetterSelection(known, reason, state);
  }

  /**
   * Whether open letters are meant; they are when nothing is said.
   *
   * @throws ProblemException 400 when it is wrong
   */
  static LetterSelection.State state(@Nullable String text) {
    if (text == null) {
      return LetterSelection.State.OPEN;
    }
    return Arrays.stream(LetterSelection.State.values())
        .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                ProblemException.badRequest(
                    "state: \"" + text + "\" is not one of open, retried, all"));
  }
}
