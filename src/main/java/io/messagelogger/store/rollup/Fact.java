package io.messagelogger.store.rollup;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What statistics need to know of one message. Immutable.
 *
 * @param time when it was created; the epoch when that is not known
 * @param ackTime when it was acknowledged
 * @param bytes of its payload and metadata as they are stored
 */
public record Fact(
    Instant time,
    @Nullable Instant ackTime,
    long bytes,
    @Nullable String source,
    List<String> destinations,
    @Nullable String topic,
    @Nullable String type) {}
