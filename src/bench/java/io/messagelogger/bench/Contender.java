package io.messagelogger.bench;

import io.messagelogger.message.Message;
import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** One way to store messages, in a database of its own. Used by one thread. */
interface Contender extends Closeable {
  int BATCH = 1000;

  String name();

  String database();

  /** The process that does the work. */
  ProcessHandle process();

  /** What does not count: puts the messages where the work begins. */
  void prepare(List<Message> messages) throws IOException, SQLException;

  /** What counts: comes back when all is committed, and acknowledged where there is a queue. */
  void store() throws IOException, SQLException;

  /** Takes no processor time until {@link #wake}: somebody else's turn has come. */
  default void rest() throws IOException {}

  /** Is ready again when this returns. */
  default void wake() throws IOException {}
}
