package io.messagelogger.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.access.Admitted;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.log.LogPosition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which order clients are read for. */
class TurnsTest {
  private final FakeLog log = new FakeLog();
  private final Feed feed =
      new Feed(new Tailer(log), log, reader -> true, Settings.from(name -> null));

  private Follower follower(String place) {
    FeedRequest request =
        FeedParameters.read("envelope=1", false, false, null, "a test", Admitted.anyone(place));
    LogPosition start = LogPosition.before(1);
    return new Follower(feed.client(request, start), start);
  }

  private List<Follower> waiting(Turns turns, String place, int count) {
    List<Follower> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(follower(place));
    }
    some.forEach(turns::add);
    return some;
  }

  @Test
  void callersTakeTurnsAndEachOneHasOneAtATime() {
    Turns turns = new Turns(1);
    List<Follower> many = waiting(turns, "many", 100);
    List<Follower> few = waiting(turns, "few", 2);
    assertThat(turns.next()).isSameAs(many.get(0));
    assertThat(turns.next()).as("before the 99 others").isSameAs(few.get(0));
    assertThat(turns.next()).as("each has one").isNull();
    turns.done(many.get(0));
    turns.add(many.get(0)); // for its next slice
    turns.done(few.get(0));
    turns.add(few.get(0));
    assertThat(turns.next()).isSameAs(many.get(1));
    assertThat(turns.next()).isSameAs(few.get(1));
    turns.done(few.get(1));
    assertThat(turns.next()).isSameAs(few.get(0));
    turns.done(few.get(0));
    assertThat(turns.next()).isNull();
    turns.done(many.get(1));
    assertThat(turns.next()).isSameAs(many.get(2));
  }

  @Test
  void withoutALimitCallersStillTakeTurns() {
    Turns turns = new Turns(16);
    List<Follower> many = waiting(turns, "many", 3);
    List<Follower> few = waiting(turns, "few", 1);
    assertThat(List.of(turns.next(), turns.next(), turns.next(), turns.next()))
        .containsExactly(many.get(0), few.get(0), many.get(1), many.get(2));
    assertThat(turns.next()).isNull();
  }
}
