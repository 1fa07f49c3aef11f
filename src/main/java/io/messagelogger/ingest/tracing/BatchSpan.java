package io.messagelogger.ingest.tracing;

import io.messagelogger.store.writing.Incoming;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The span of one batch. It ends when it is closed, as an error unless the batch was stored before.
 * Nothing here throws, and nothing waits. Used by one thread.
 */
public interface BatchSpan extends AutoCloseable {
  /** The span of a batch of which nobody wants to know. */
  BatchSpan NONE =
      new BatchSpan() {
        @Override
        public void read(List<Incoming> messages) {}

        @Override
        public void failed(Exception cause, @Nullable String sqlState) {}

        @Override
        public void stored(int stored, int duplicates, int deadLetters) {}

        @Override
        public void close() {}
      };

  /** Tells what messages it has, some or all of them. */
  void read(List<Incoming> messages);

  /** Tells that a transaction failed, and is tried again. */
  void failed(Exception cause, @Nullable String sqlState);

  /** Tells that everything is committed. */
  void stored(int stored, int duplicates, int deadLetters);

  @Override
  void close();
}
