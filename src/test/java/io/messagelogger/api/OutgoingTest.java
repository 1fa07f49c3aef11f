package io.messagelogger.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;

/** Large answers have a limited part of the memory, all together. */
class OutgoingTest {
  private static final long MEBIBYTE = 1 << 20;

  private final Outgoing outgoing = new Outgoing(3 * MEBIBYTE);

  @Test
  void whatIsTakenIsGivenBackWhenTheRequestEnds() {
    HttpServletRequest first = request();
    HttpServletRequest second = request();
    outgoing.take(first, 2 * MEBIBYTE);
    assertThatThrownBy(() -> outgoing.take(second, 2 * MEBIBYTE))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(503));
    outgoing.take(second, MEBIBYTE);
    Outgoing.end(second);
    Outgoing.end(second);
    assertThatThrownBy(() -> outgoing.take(second, 2 * MEBIBYTE))
        .as("what is given back once is there once")
        .isInstanceOf(ProblemException.class);
    Outgoing.end(first);
    outgoing.take(second, 3 * MEBIBYTE);
  }

  @Test
  void aSmallAnswerIsNotCountedAndAHugeOneGoesAlone() {
    outgoing.take(request(), 100 * MEBIBYTE);
    outgoing.take(request(), 100_000);
    assertThatThrownBy(() -> outgoing.take(request(), MEBIBYTE))
        .isInstanceOf(ProblemException.class);
  }

  private static HttpServletRequest request() {
    return Requests.from("192.0.2.1");
  }
}
