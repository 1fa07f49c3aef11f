package io.messagelogger.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.message.Position;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cursors as clients send them back. */
class CursorTest {
  private static final Position POSITION =
      new Position(Instant.parse("2026-02-01T10:00:00Z"), new UUID(1, 2));

  @Test
  void aPlaceIsThatOfItsQuestionOnly() {
    Cursor.Place place = new Cursor.Place(POSITION, true, Instant.parse("2026-02-02T00:00:00Z"));
    String cursor = Cursor.encode(place, "question");
    assertThat(Cursor.decode(cursor, "question")).contains(place);
    assertThat(Cursor.decode(cursor, "another")).isEmpty();
    assertThat(Cursor.decode(cursor + "=", "question")).isEmpty();
  }

  /** The check guards against mistakes; who computes it anew gets no further. */
  @ParameterizedTest
  @ValueSource(strings = {"+1000000000-12-31T23:59:59Z", "-1000000000-01-01T00:00:00Z"})
  void aTimeThatNobodyCanHaveAskedAtIsNone(Instant asked) {
    String cursor = Cursor.encode(new Cursor.Place(POSITION, false, asked), "question");
    assertThat(Cursor.decode(cursor, "question")).isEmpty();
  }
}
