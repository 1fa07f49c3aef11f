package io.messagelogger.store.finding;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.OneConnection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Small rows that are large when they are read do no harm to their neighbours. */
class LargeNumbersIT {

  @Test
  void whatCannotBeShownIsSaidInItsPlace() throws SQLException {
    try (FreshDatabase fresh = new FreshDatabase()) {
      Database started = fresh.started();
      fresh.execute(
          """
          INSERT INTO message_exchange (message_uuid, origin_ts, message_data, source_subject_id)
          SELECT lpad(to_hex(i), 32, '0')::uuid, timestamptz '2026-01-01Z' + i * interval '1 s',
                 CASE WHEN i = 2 THEN to_jsonb(array_fill('1e131071'::numeric, ARRAY[100])) ELSE to_jsonb(i) END, 's'
            FROM generate_series(1, 3) AS i;
          INSERT INTO message_key SELECT message_uuid, origin_ts, source_subject_id FROM message_exchange;
          """);
      try (OneConnection connection = new OneConnection(fresh.source())) {
        Database database = new Database(new Connections(connection.source()));
        database.schemaIs(started.layout(), false, Optional.empty());
        MessageFinder finder = new MessageFinder(database);
        List<Message> messages = finder.search(Filter.subject("s"), Scope.ALL, null, 10).messages();
        assertThat(messages).extracting(Message::messageData).first().isEqualTo("3");
        assertThat(messages).extracting(Message::messageData).last().isEqualTo("1");
        assertThat(messages.get(1).messageData())
            .contains("not_shown")
            .contains("13107")
            .hasSizeLessThan(200);
        assertThat(finder.find(new UUID(0, 2), Scope.ALL).orElseThrow().messageData())
            .contains("not_shown");
      }
    }
  }
}
