package io.messagelogger.store.finding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.RandomFilters;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.OneConnection;
import io.messagelogger.testing.Transactions;
import java.sql.SQLException;
import java.util.ArrayList;
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

/** A filter means in SQL what it means in memory, in both orders, in pages there and back. */
class FilterAgreementIT {
  private static final Comparator<Message> NEWEST_LAST =
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
    Random random = new Random(1);
    messages = IntStream.range(0, 400).mapToObj(i -> RandomFilters.message(random)).toList();
    Transactions transactions = new Transactions(fresh.source());
    FreshDatabase.write(transactions, new BatchWriter(database), messages);
    connection = new OneConnection(fresh.source());
    Database reading = new Database(new Connections(connection.source()));
    reading.schemaIs(database.layout(), false, Optional.empty());
    finder = new MessageFinder(reading);
  }

  @AfterAll
  static void drop() throws SQLException {
    connection.close();
    fresh.close();
  }

  @Test
  void sqlAndMemoryAgree() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 250; i++) {
      Filter filter = RandomFilters.filter(random);
      Order order = i % 2 == 0 ? Order.NEWEST : Order.OLDEST;
      Scope scope = i % 3 == 0 ? new Scope(List.of("a", "x*", "orders*")) : Scope.ALL;
      List<UUID> expected =
          new ArrayList<>(
              messages.stream()
                  .filter(message -> filter.matches(message) && scope.holds(message))
                  .sorted(NEWEST_LAST)
                  .map(Message::messageUuid)
                  .toList());
      if (order == Order.NEWEST) {
        Collections.reverse(expected);
      }
      String which = "seed %d, %s, %s".formatted(seed, filter, order);
      int limit = 20 + random.nextInt(200);
      List<MessageFinder.Page> pages = new ArrayList<>();
      Position next = null;
      do {
        Position from = next;
        assertThatCode(() -> pages.add(finder.search(filter, scope, order, from, false, limit)))
            .as(which)
            .doesNotThrowAnyException();
        next = pages.get(pages.size() - 1).next();
      } while (next != null);
      assertThat(uuids(pages)).as(which).isEqualTo(expected);
      for (int page = pages.size() - 1; page > 0; page--) {
        Position from = pages.get(page).previous();
        if (from != null) {
          MessageFinder.Page back = finder.search(filter, scope, order, from, true, limit);
          assertThat(uuids(List.of(back))).as(which).isEqualTo(uuids(List.of(pages.get(page - 1))));
          assertThat(back.previous() == null).as(which).isEqualTo(page == 1);
        }
      }
      Message any = messages.get(random.nextInt(messages.size()));
      assertThat(finder.find(any.messageUuid(), scope).isPresent()).isEqualTo(scope.holds(any));
    }
  }

  private static List<UUID> uuids(List<MessageFinder.Page> pages) {
    return pages.stream()
        .flatMap(page -> page.messages().stream())
        .map(Message::messageUuid)
        .toList();
  }
}
