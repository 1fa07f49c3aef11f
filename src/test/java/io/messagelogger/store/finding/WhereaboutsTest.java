package io.messagelogger.store.finding;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.message.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a search that stops half way tells of where it has come to. */
class WhereaboutsTest {
  /** As PostgreSQL orders them. */
  private static final Comparator<Position> OLDEST =
      Comparator.comparing(Position::originTs)
          .thenComparing(p -> p.messageUuid().getMostSignificantBits(), Long::compareUnsigned)
          .thenComparing(p -> p.messageUuid().getLeastSignificantBits(), Long::compareUnsigned);

  private static final int EXAMINED = 20;

  /** The search of a list of which it examines a bounded part at a time. */
  private static Search.Found search(
      List<Position> list, Set<Position> own, @Nullable Position from, Order order) {
    Comparator<Position> way = order == Order.NEWEST ? OLDEST.reversed() : OLDEST;
    List<Position> examined =
        list.stream()
            .filter(p -> from == null || way.compare(p, from) > 0)
            .sorted(way)
            .limit(EXAMINED)
            .toList();
    boolean end = examined.size() < EXAMINED;
    return new Search.Found(
        examined.stream().filter(own::contains).toList(),
        end ? null : examined.get(EXAMINED - 1),
        !end);
  }

  /** However close they are in time: up to many in a second, and some at the same microsecond. */
  @ParameterizedTest
  @CsvSource({
    "NEWEST, 5000000", "OLDEST, 5000000",
    "NEWEST, 30000", "OLDEST, 30000",
    "NEWEST, 100", "OLDEST, 100",
    "NEWEST, 3", "OLDEST, 3"
  })
  void nothingIsToldOfOthersAndNothingIsLeftOutOrTwice(Order order, int microsApart) {
    Random random = new Random(microsApart);
    Instant time = Instant.parse("2026-01-02T03:04:05Z");
    List<Position> list = new ArrayList<>();
    Set<Position> own = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      time = time.plus(Duration.ofNanos(1000L * random.nextInt(microsApart)));
      Position position = new Position(time, new UUID(random.nextLong(), random.nextLong()));
      list.add(position);
      if (random.nextInt(50) == 0) {
        own.add(position);
      }
    }
    Set<Position> foreign = new HashSet<>(list);
    foreign.removeAll(own);
    List<Position> shown = new ArrayList<>();
    Position from = null;
    int searches = 0;
    do {
      Search.Found found = Whereabouts.told(search(list, own, from, order), from, order);
      shown.addAll(found.positions());
      from = found.next();
      assertThat(from == null || !foreign.contains(from)).as("the place of another's").isTrue();
      assertThat(searches++).isLessThan(2_000);
    } while (from != null);
    assertThat(own).isNotEmpty();
    assertThat(shown)
        .isEqualTo(
            own.stream().sorted(order == Order.NEWEST ? OLDEST.reversed() : OLDEST).toList());
  }
}
