package io.messagelogger.filter;

import io.messagelogger.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/** Filters and messages that meet often. The same seed makes the same ones. */
public final class RandomFilters {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> NAMES =
      List.of("a", "ab", "abc", "b", "!b", "x*", "ö\\*", "orders/eu", "Ä", "\\", "*", "100%_");
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "1",
          "1.0",
          "1e0",
          "-0",
          "12.50",
          "\"1\"",
          "\"paid\"",
          "\"Größe X\"",
          "\"line\\nbreak \\\" \\\\ \\u00e9 \\ud83d\\ude00\"",
          "\"\"",
          "[]",
          "{}",
          "[1, \"a\", [2, 1]]",
          "[\"a\"]",
          "[1.0]",
          "[[1]]",
          "{\"a\":1}",
          "{\"a\":{\"b.c\":\"paid\"},\"0\":[true,null]}",
          "{\"state\":\"PAID\",\"n\":12.5,\"longer\":{\"a\":1.0,\"b\":[{\"c\":1},{\"c\":2}]}}");
  private static final List<String> WORDS =
      List.of(
          "paid", "PAID", "größe", "GRÖSSE", "1", "12.5", "\"a\":", "é", "\\n", "x", "c", "{\"a\":",
          "null", "\"", "\\", "\\\\");
  private static final List<String> PATHS =
      List.of("a", "state", "n", "a.b\\.c", "0", "1", "-1", "longer.b.1.c", "0.0");
  private static final List<String> TEXTS =
      List.of("1", "paid", "true", "null", "12.5", "a", "1.0", "01", "2");

  private RandomFilters() {}

  /** A message of about a day. */
  public static Message message(Random random) {
    Instant origin = START.plusSeconds(random.nextInt(86_400)).plusNanos(1000L * random.nextInt(3));
    return new Message(
        new UUID(random.nextLong(), random.nextLong()),
        origin,
        random.nextBoolean() ? null : origin.plus(Duration.ofMillis(random.nextInt(2_000) - 100)),
        random.nextInt(5) == 0 ? null : one(random, VALUES),
        one(random, NAMES),
        random.nextInt(4) == 0
            ? null
            : IntStream.range(0, random.nextInt(4)).mapToObj(i -> one(random, NAMES)).toList(),
        random.nextInt(4) == 0 ? null : one(random, NAMES),
        random.nextInt(4) == 0 ? null : one(random, NAMES),
        random.nextInt(5) == 0 ? null : one(random, VALUES));
  }

  /** A filter of up to three criteria. */
  public static Filter filter(Random random) {
    Map<String, Criterion> criteria = new LinkedHashMap<>(); // one of a kind, as in a query
    for (int i = random.nextInt(4); i > 0; i--) {
      Criterion criterion = criterion(random);
      criteria.put(kind(criterion), criterion);
    }
    return new Filter(List.copyOf(criteria.values()));
  }

  private static String kind(Criterion criterion) {
    if (criterion instanceof Criterion.Named named) {
      return named.field() + " " + named.negated();
    }
    if (criterion instanceof Criterion.At at) {
      return at.part() + " " + at.path();
    }
    return criterion instanceof Criterion.Containing containing
        ? containing.part().name()
        : criterion.getClass().getName();
  }

  private static Criterion criterion(Random random) {
    Instant time = START.plusSeconds(random.nextInt(86_400)).plusNanos(1000L * random.nextInt(3));
    Part part = one(random, List.of(Part.values()));
    return switch (random.nextInt(10)) {
      case 0 -> new Criterion.Since(time);
      case 1 -> new Criterion.Until(time);
      case 2 -> new Criterion.Containing(part, one(random, VALUES));
      case 3 ->
          new Criterion.At(
              part,
              Paths.steps(one(random, PATHS)),
              List.of(one(random, TEXTS), one(random, TEXTS)));
      case 4 ->
          new Criterion.Words(
              IntStream.range(0, 1 + random.nextInt(2))
                  .mapToObj(i -> new Word(one(random, WORDS)))
                  .toList());
      case 5 ->
          random.nextBoolean()
              ? new Criterion.Acknowledged(random.nextBoolean())
              : new Criterion.AckTime(
                  random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(1_000)),
                  Duration.ofMillis(random.nextInt(2_000)));
      default ->
          new Criterion.Named(
              one(random, List.of(Field.values())),
              random.nextInt(3) == 0,
              IntStream.range(0, 1 + random.nextInt(3))
                  .mapToObj(i -> new Name(one(random, NAMES), random.nextInt(4) == 0))
                  .toList());
    };
  }

  private static <T> T one(Random random, List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}
