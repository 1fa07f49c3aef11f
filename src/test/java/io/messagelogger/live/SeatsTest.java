package io.messagelogger.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.store.log.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many clients there may be, in all and of one caller. */
class SeatsTest {
  @Test
  void oneCallerDoesNotTakeThoseOfTheOthers() {
    Seats seats = new Seats(3, OptionalInt.of(2));
    assertThat(seats.take("a")).isEmpty();
    assertThat(seats.take("a")).isEmpty();
    assertThat(seats.full("a")).isTrue();
    assertThat(seats.take("a"))
        .hasValueSatisfying(why -> assertThat(why).contains("SOCKETS_PER_CALLER"));
    assertThat(seats.full()).isFalse();
    assertThat(seats.take("b")).isEmpty();
    assertThat(seats.take("b")).hasValueSatisfying(why -> assertThat(why).contains("FEED_CLIENTS"));
    seats.leave("a");
    assertThat(seats.take("b")).isEmpty();
    seats.leave("b");
    assertThat(seats.take("a")).isEmpty();
  }

  @Test
  void withoutALimitACallerMayHaveAll() {
    Seats seats = new Seats(2, OptionalInt.empty());
    assertThat(seats.take("a")).isEmpty();
    assertThat(seats.take("a")).isEmpty();
    assertThat(seats.take("a")).hasValueSatisfying(why -> assertThat(why).contains("FEED_CLIENTS"));
  }

  /** Those who are refused are there until they have read that, and take nobody's place. */
  @Test
  void whoIsRefusedAgainAndAgainKeepsNobodyOut() throws InterruptedException {
    FeedStage stage = new FeedStage(Map.of("FEED_CLIENTS", "3", "SOCKETS_PER_CALLER", "2"));
    try {
      LogPosition end = stage.tailer.end();
      List<FakeConnection> greedy = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        greedy.add(new FakeConnection());
        stage.client("greedy", "envelope=1", end, greedy.get(i));
      }
      assertThat(greedy.stream().filter(one -> one.text().contains("SOCKETS_PER_CALLER")))
          .hasSize(18);
      FakeConnection other = new FakeConnection();
      stage.client("other", "envelope=1", end, other);
      await().atMost(30, TimeUnit.SECONDS).until(() -> other.types().contains("caught_up"));
      assertThat(stage.feed.full()).isTrue();
    } finally {
      stage.close();
    }
  }
}
