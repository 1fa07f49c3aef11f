package io.messagelogger.store.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PackedTest {
  private static final long HOUR = 480_000;

  /** Empty, beginning as others do, beyond ASCII, and those that must not be taken for others. */
  private static final List<@Nullable String> NAMES =
      Arrays.asList(
          null, "", "a", "ab", "abc", "abd", "b", "é", "ÿ", "\u00ff\u00fe", "日本", "𝄞", "null");

  private final Random random = new Random(7);

  private Fact fact(@Nullable String source, List<String> destinations) {
    Instant time = Hours.start(HOUR).plusNanos(1_000L * random.nextInt(2_000_000_000));
    Instant acked =
        random.nextInt(3) == 0 ? null : time.plusNanos(1_000L * (random.nextInt(9_000_000) - 99));
    return new Fact(time, acked, random.nextInt(100_000), source, destinations, source, null);
  }

  private @Nullable String name() {
    return random.nextInt(3) == 0 ? "n" + random.nextInt(3_000) : NAMES.get(random.nextInt(13));
  }

  private Cells counted(Kind kind, int messages) {
    Cells cells = new Cells(kind);
    for (int i = 0; i < messages; i++) {
      List<String> destinations = new ArrayList<>();
      Stream.of(name(), name())
          .filter(name -> name != null && !destinations.contains(name))
          .limit(random.nextInt(3))
          .forEach(destinations::add);
      cells.add(fact(name(), destinations));
    }
    cells.cut();
    return cells;
  }

  private static List<Object> figures(Cell cell) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                cell.messages,
                cell.lacking,
                cell.bytes,
                cell.first,
                cell.last,
                cell.acknowledged,
                cell.slowest));
    cell.latencies.eachClass((index, messages) -> all.addAll(List.of(index, messages)));
    return all;
  }

  private static Map<Term, List<Object>> figures(Cells cells) {
    Map<Term, List<Object>> all = new HashMap<>();
    cells.groups.forEach((term, cell) -> all.put(term, figures(cell)));
    return all;
  }

  @Test
  void whatIsPackedIsWhatWasCounted() {
    for (Kind kind : Kind.values()) {
      Names<Term> names = new Names<>(kind, term -> term);
      for (int messages : new int[] {0, 1, 40, 6_000}) {
        Cells counted = counted(kind, messages);
        Map<Term, List<Object>> unpacked = new HashMap<>();
        Packed.of(counted, Hours.micros(HOUR))
            .each(
                names,
                HOUR,
                1,
                part -> {
                  assertThat(part.restMessages()).isEqualTo(counted.restMessages);
                  assertThat(part.absent()).isEqualTo(counted.absent);
                  return (term, cell) -> unpacked.put(term, figures(cell));
                });
        assertThat(unpacked).as("%d messages by %s", messages, kind).isEqualTo(figures(counted));
      }
    }
  }

  @Test
  void whatIsNotWantedIsPassedOver() {
    Cells counted = counted(Kind.PAIR, 6_000);
    assertThat(counted.absent).as("some have been left out").isPositive();
    List<Term> asked = new ArrayList<>();
    Names<Term> names =
        new Names<>(
            Kind.PAIR,
            term -> {
              asked.add(term);
              return "abd".equals(term.first()) ? term : null;
            });
    Map<Term, List<Object>> wanted = figures(counted);
    wanted.keySet().removeIf(term -> !"abd".equals(term.first()));
    assertThat(wanted).hasSizeGreaterThan(5);
    for (int again = 0; again < 2; again++) {
      Map<Term, List<Object>> taken = new HashMap<>();
      Packed.of(counted, Hours.micros(HOUR))
          .each(names, HOUR, 1, part -> (term, cell) -> taken.put(term, figures(cell)));
      assertThat(taken).isEqualTo(wanted);
    }
    assertThat(asked).hasSize(counted.groups.size()).doesNotHaveDuplicates();
  }

  @Test
  void howManyCanBeReadAlone() {
    Cells counted = counted(Kind.SOURCE, 6_000);
    Packed packed = Packed.of(counted, Hours.micros(HOUR));
    Map<Term, Long> messages = new HashMap<>();
    new Packed(packed.cells(), null, null)
        .each(
            new Names<Term>(Kind.SOURCE, term -> term),
            HOUR,
            1,
            part -> (term, cell) -> messages.put(term, cell.messages()));
    Map<Term, Long> all = new HashMap<>();
    counted.groups.forEach((term, cell) -> all.put(term, cell.messages));
    assertThat(messages).isEqualTo(all);
  }

  @Test
  void classesAreAddedUpWhereverTheyLie() {
    for (int round = 0; round < 200; round++) {
      Latencies sum = new Latencies();
      TreeMap<Integer, Long> oracle = new TreeMap<>();
      for (int part = 0; part < 4; part++) {
        Latencies some = new Latencies();
        for (int i = random.nextInt(4); i > 0; i--) {
          int index = random.nextInt(4_000) - 2_000;
          some.count(index, i);
          oracle.merge(index, (long) i, Long::sum);
        }
        sum.add(some);
        some.clear();
        some.count(3, 1);
        assertThat(classes(some)).isEqualTo(Map.of(3, 1L));
      }
      assertThat(classes(sum)).isEqualTo(oracle);
    }
  }

  private static Map<Integer, Long> classes(Latencies latencies) {
    Map<Integer, Long> classes = new TreeMap<>();
    latencies.eachClass(classes::put);
    return classes;
  }
}
