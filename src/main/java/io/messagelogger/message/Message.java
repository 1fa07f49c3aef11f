package io.messagelogger.message;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One message: the nine columns of {@code message_exchange}. Immutable and thread-safe.
 *
 * @param messageUuid its identity
 * @param originTs when it was created, to the microsecond
 * @param ackTs when it was acknowledged, to the microsecond; null when that is not known
 * @param messageData the payload as JSON text; null when there is none
 * @param sourceSubjectId who sent it; null only in rows that were stored before this service took
 *     the table over
 * @param destinationSubjectIds who receives it, in the sender's order; null when not given
 * @param topic what it is about; null when not given
 * @param messageType what kind of message it is; null when not given
 * @param messageMetadata more about it, as JSON text; null when there is none
 */
public record Message(
    UUID messageUuid,
    @Nullable Instant originTs,
    @Nullable Instant ackTs,
    @Nullable String messageData,
    @Nullable String sourceSubjectId,
    @Nullable List<String> destinationSubjectIds,
    @Nullable String topic,
    @Nullable String messageType,
    @Nullable String messageMetadata) {}
