package io.messagelogger.live;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Reading;
import io.messagelogger.access.Scope;
import io.messagelogger.filter.Filter;
import io.messagelogger.store.log.LogPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for. Immutable.
 *
 * @param name who it is, for the log: its address and what it calls itself
 * @param events whether it is sent server-sent events rather than WebSocket frames
 * @param verbatim whether it asked for nothing: it is shown what is published, as it is
 * @param envelope whether each message comes in an envelope with its cursor
 * @param batch how many envelopes a frame holds at most, as an array; 0 for one without an array
 * @param filter which messages it wants
 * @param reader who it is, and what it may see
 * @param countedAs whom turns count it as
 * @param reading what it is shown, which ends with its connection
 * @param after the cursor to go on from; null for none
 * @param since the time of storing from which on messages are sent; null for none
 */
record FeedRequest(
    String name,
    boolean events,
    boolean verbatim,
    boolean envelope,
    int batch,
    Filter filter,
    Reader reader,
    String countedAs,
    Reading reading,
    @Nullable LogPosition after,
    @Nullable Instant since) {

  /** Which messages it may see. */
  Scope scope() {
    return reader.scope();
  }
}
