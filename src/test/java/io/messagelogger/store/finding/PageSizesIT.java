package io.messagelogger.store.finding;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.Database;
import io.messagelogger.testing.FreshDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Pages of messages of which some are small, some large, some compressible, some without row. */
class PageSizesIT {
  private static final int MESSAGES = 200;

  @Test
  void everyMessageComesOnceWhateverItsSizeAndTheSizeOfThePage() throws SQLException {
    try (FreshDatabase fresh = new FreshDatabase()) {
      Database database = fresh.started();
      fresh.execute(
          """
          INSERT INTO message_exchange (message_uuid, origin_ts, source_subject_id, destination_subject_ids, message_data, message_metadata)
          SELECT lpad(to_hex(i), 32, '0')::uuid, timestamptz '2026-01-01Z' + i * interval '10 s', 's',
                 CASE WHEN i %% 23 = 0 THEN array_fill('d'::text, ARRAY[100]) END,
                 jsonb_build_object('i', i, 'text', repeat('x', CASE WHEN i %% 7 = 0 THEN 300000 WHEN i %% 5 = 0 THEN 30000 ELSE 10 END)),
                 CASE WHEN i %% 3 = 0 THEN jsonb_build_object('m', i) END
            FROM generate_series(1, %d) AS i;
          INSERT INTO message_key SELECT message_uuid, origin_ts, source_subject_id, topic, message_type FROM message_exchange;
          DELETE FROM message_exchange WHERE message_uuid = lpad(to_hex(60), 32, '0')::uuid;
          """
              .formatted(MESSAGES));
      MessageFinder finder = new MessageFinder(database);
      List<String> expected = new ArrayList<>();
      for (int i = MESSAGES; i > 0; i--) {
        if (i != 60) {
          expected.add("%032x".formatted(i));
        }
      }
      for (int limit : new int[] {9, 100, 1000}) {
        assertThat(walk(finder, Order.NEWEST, limit)).isEqualTo(expected);
        List<String> oldest = walk(finder, Order.OLDEST, limit);
        Collections.reverse(oldest);
        assertThat(oldest).isEqualTo(expected);
      }
    }
  }

  /** Follows the pages to the end, and looks back from each at the one before. */
  private static List<String> walk(MessageFinder finder, Order order, int limit) {
    List<String> uuids = new ArrayList<>();
    List<String> before = List.of();
    @Nullable Position from = null;
    do {
      MessageFinder.Page page =
          finder.search(Filter.parse("source=s"), Scope.ALL, order, from, false, limit);
      List<String> here = uuids(page.messages());
      uuids.addAll(here);
      if (from != null && page.previous() != null) {
        MessageFinder.Page back =
            finder.search(Filter.parse("source=s"), Scope.ALL, order, page.previous(), true, limit);
        assertThat(uuids(back.messages())).isEqualTo(before);
      }
      before = here;
      from = page.next();
    } while (from != null);
    return uuids;
  }

  private static List<String> uuids(List<Message> messages) {
    List<String> uuids = new ArrayList<>();
    for (Message message : messages) {
      int number = Integer.parseInt(message.messageUuid().toString().replace("-", ""), 16);
      assertThat(message.messageData()).startsWith("{\"i\": " + number + ", \"text\": \"x");
      assertThat(message.messageMetadata())
          .isEqualTo(number % 3 == 0 ? "{\"m\": " + number + "}" : null);
      uuids.add("%032x".formatted(number));
    }
    return uuids;
  }
}
