package io.messagelogger.ingest;

import io.messagelogger.message.MessageReader;
import io.messagelogger.message.RejectedMessageException;
import io.messagelogger.queue.Claim;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.writing.Incoming;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages of a claim, read one after the other in parts that a transaction has memory for.
 * Used by one thread.
 */
final class ClaimContents {
  /**
   * Bytes of memory that the messages of one transaction take, about; four times what a claim has
   * by default.
   */
  private static final long MAX_WEIGHT = 32L << 20;

  private static final long MESSAGE_WEIGHT = 500;
  private static final long DESTINATION_WEIGHT = 200;

  private final Claim claim;
  private final MessageReader reader;
  private final WhyDead why;
  private int position;
  private int ignoredKeys;

  /**
   * Some of the messages.
   *
   * @param messages what can be stored
   * @param dead what cannot
   */
  record Part(List<Incoming> messages, List<DeadLetter> dead) {

    /** A dead letter alone. */
    static Part of(DeadLetter letter) {
      return new Part(List.of(), List.of(letter));
    }

    /** Whether it is one message, and nothing else. */
    boolean single() {
      return messages.size() == 1 && dead.isEmpty();
    }

    /** Half of the messages, and all dead letters. */
    Part firstHalf() {
      return new Part(messages.subList(0, messages.size() / 2), dead);
    }

    /** The other half of the messages. */
    Part secondHalf() {
      return new Part(messages.subList(messages.size() / 2, messages.size()), List.of());
    }
  }

  /**
   * @param why told of what cannot be stored
   */
  ClaimContents(Claim claim, MessageReader reader, WhyDead why) {
    this.claim = claim;
    this.reader = reader;
    this.why = why;
  }

  /** Whether messages are left to be read. */
  boolean hasNext() {
    return position < claim.size();
  }

  /** Reads the next part. */
  Part next() {
    Part part = new Part(new ArrayList<>(), new ArrayList<>());
    for (long weight = 0; hasNext() && weight < MAX_WEIGHT; position++) {
      weight += read(part);
    }
    return part;
  }

  /** Reads one message; answers about how many bytes it takes while it is written. */
  private long read(Part part) {
    byte[] payload = claim.payloads().get(position);
    long weight = MESSAGE_WEIGHT + payload.length;
    try {
      MessageReader.Reading reading = reader.read(payload);
      part.messages().add(new Incoming(position, payload, reading.message()));
      ignoredKeys += reading.ignoredKeys();
      List<String> destinations = reading.message().destinationSubjectIds();
      return weight + (destinations == null ? 0 : destinations.size() * DESTINATION_WEIGHT);
    } catch (RejectedMessageException e) {
      DeadLetter.Kind kind = e.tooLarge() ? DeadLetter.Kind.TOO_LARGE : DeadLetter.Kind.INVALID;
      part.dead().add(new DeadLetter(position, payload, kind, e.explanation(), null, 1));
      why.count(kind, e.member(), 1);
      return weight;
    }
  }

  /** Keys beside the nine, in all messages that were read. */
  int ignoredKeys() {
    return ignoredKeys;
  }
}
