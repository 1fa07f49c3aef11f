package io.messagelogger.store.log;

import io.messagelogger.access.Scope;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The log with the messages that it is of. Thread-safe. */
public interface LogReader extends LogSource {
  /**
   * The place before the first message that was stored so long ago or later, by the database's
   * clock.
   */
  LogPosition since(Duration ago);

  /**
   * The messages at these places, by their uuids, as they are now. Those that have expired or were
   * erased are missing, and those outside of the scope.
   */
  Map<UUID, Message> messages(List<Position> positions, Scope scope);
}
