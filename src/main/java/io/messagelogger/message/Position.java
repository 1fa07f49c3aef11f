package io.messagelogger.message;

import java.time.Instant;
import java.util.UUID;

/**
 * A place in the order of messages by time, and by uuid among those of one time. Immutable.
 *
 * @param originTs the time of the message, to the microsecond
 * @param messageUuid its uuid
 */
public record Position(Instant originTs, UUID messageUuid) {}
