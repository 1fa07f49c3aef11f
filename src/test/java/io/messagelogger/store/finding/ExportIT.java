package io.messagelogger.store.finding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.AbandonedException;
import io.messagelogger.store.Asker;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.OneConnection;
import io.messagelogger.testing.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** All messages of a span of time, as they were written, from one connection that is left whole. */
class ExportIT {
  private static final int COUNT = 7_000;
  private static final Instant START = Instant.parse("2026-03-01T00:00:00.123456Z");
  private static final Comparator<Message> OLDEST_FIRST =
      Comparator.comparing(Message::originTs)
          .thenComparing(message -> message.messageUuid().toString());

  private static FreshDatabase fresh;
  private static OneConnection connection;
  private static MessageFinder finder;
  private static List<Message> messages;

  @BeforeAll
  static void fill() throws SQLException {
    fresh = new FreshDatabase();
    Database database = fresh.started();
    Random random = new Random(3);
    messages =
        IntStream.range(0, COUNT).mapToObj(i -> message(i, random)).sorted(OLDEST_FIRST).toList();
    Transactions transactions = new Transactions(fresh.source());
    for (int i = 0; i < COUNT; i += 1_000) {
      FreshDatabase.write(transactions, new BatchWriter(database), messages.subList(i, i + 1_000));
    }
    scatter();
    connection = new OneConnection(fresh.source());
    Database reading = new Database(new Connections(connection.source()));
    reading.schemaIs(database.layout(), false, Optional.empty());
    finder = new MessageFinder(reading);
  }

  /** Rows that were changed lie elsewhere than those of their time, and keys may have no row. */
  private static void scatter() throws SQLException {
    try (Connection changing = fresh.source().getConnection();
        Statement statement = changing.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "UPDATE message_exchange SET topic = topic WHERE origin_ts >= '"
                      + START.plusMillis(1_500)
                      + "' AND message_uuid::text < '4'"))
          .isPositive();
      assertThat(
              statement.executeUpdate(
                  "INSERT INTO message_key (message_uuid, origin_ts) SELECT gen_random_uuid(), '"
                      + START.plusMillis(1_000)
                      + "' FROM generate_series(1, 600)"))
          .isEqualTo(600);
    }
  }

  @AfterAll
  static void drop() throws SQLException {
    connection.close();
    fresh.close();
  }

  /** Some have nothing but what they must, some are large, and many have the same time. */
  private static Message message(int number, Random random) {
    Instant time = START.plusMillis(number / 3);
    if (number % 5 == 0) {
      return new Message(
          new UUID(random.nextLong(), random.nextLong()),
          time,
          null,
          null,
          "\"bare\"",
          null,
          null,
          null,
          null);
    }
    String data = number % 500 == 1 ? "\"" + "é".repeat(400_000) + "\"" : "{\"n\": " + number + "}";
    return new Message(
        new UUID(random.nextLong(), random.nextLong()),
        time,
        time.plusNanos(1_000L * number),
        data,
        "source\t\\" + number,
        number % 7 == 0 ? List.of() : Arrays.asList("a,\"b\"", "{ü\n" + number),
        "топик",
        "",
        "[" + number + ", null]");
  }

  private static List<Message> read(Filter filter, Order order, Position after) {
    List<Message> all = new ArrayList<>();
    try (Export export = finder.export(filter, Scope.ALL, order, after)) {
      for (List<Message> slice = export.slice(); slice != null; slice = export.slice()) {
        all.addAll(slice);
      }
      assertThat(export.slice()).isNull();
    }
    return all;
  }

  private static List<Message> expected(Instant since, Instant until, Order order) {
    List<Message> expected =
        new ArrayList<>(
            messages.stream()
                .filter(m -> !m.originTs().isBefore(since) && m.originTs().isBefore(until))
                .toList());
    if (order == Order.NEWEST) {
      Collections.reverse(expected);
    }
    return expected;
  }

  @Test
  void allOfThemInBothOrders() {
    for (Order order : Order.values()) {
      assertThat(read(Filter.ALL, order, null))
          .containsExactlyElementsOf(expected(Instant.MIN, Instant.MAX, order));
    }
  }

  @Test
  void thoseOfASpanOfTimeAndBehindAPlace() {
    Instant since = START.plusMillis(200);
    Instant until = START.plusMillis(2_200);
    Filter filter = Filter.of(new Criterion.Since(since), new Criterion.Until(until));
    for (Order order : Order.values()) {
      List<Message> expected = expected(since, until, order);
      assertThat(read(filter, order, null)).containsExactlyElementsOf(expected);
      Message last = expected.get(3_333);
      assertThat(read(filter, order, new Position(last.originTs(), last.messageUuid())))
          .containsExactlyElementsOf(expected.subList(3_334, expected.size()));
    }
    assertThat(read(Filter.of(new Criterion.Until(START)), Order.OLDEST, null)).isEmpty();
    // A place outside of the span does not widen it.
    Message first = messages.get(0);
    assertThat(read(filter, Order.OLDEST, new Position(first.originTs(), first.messageUuid())))
        .containsExactlyElementsOf(expected(since, until, Order.OLDEST));
  }

  /** What is left in the middle leaves no answer behind for whoever has the connection next. */
  @Test
  void whatIsLeftInTheMiddleLeavesTheConnectionWhole() {
    for (int slices = 0; slices < 12; slices++) {
      try (Export export = finder.export(Filter.ALL, Scope.ALL, Order.OLDEST, null)) {
        for (int i = 0; i < slices; i++) {
          assertThat(export.slice()).isNotEmpty();
        }
      }
      Message first = messages.get(0);
      assertThat(finder.find(first.messageUuid(), Scope.ALL)).contains(first);
    }
  }

  @Test
  void nobodyReadsOnForAClientWhoHasGone() {
    Asker asker = Asker.begin();
    try (Export export = finder.export(Filter.ALL, Scope.ALL, Order.NEWEST, null)) {
      assertThat(export.slice()).isNotEmpty();
      asker.leave();
      assertThatThrownBy(export::slice).isInstanceOf(AbandonedException.class);
    } finally {
      asker.end();
    }
    Message first = messages.get(0);
    assertThat(finder.find(first.messageUuid(), Scope.ALL)).contains(first);
  }
}
