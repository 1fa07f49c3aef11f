package io.messagelogger.queue;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The queue of messages. Every method is one atomic step in Redis; a message is in the queue or in
 * exactly one claim, before and after. All of them throw {@link QueueUnavailableException} when
 * Redis does not answer, and then the step may or may not have been done: claims that were made and
 * not heard of are reaped like those of an owner that has gone. Thread-safe.
 */
public class ClaimQueue {
  private static final Script CLAIM = new Script("claim.lua");
  private static final Script RENEW = new Script("renew.lua");
  private static final Script ACKNOWLEDGE = new Script("acknowledge.lua");
  private static final Script RELEASE = new Script("release.lua");
  private static final Script REAP = new Script("reap.lua");
  private static final Script MEASURE = new Script("measure.lua");
  private static final Script RISK = new Script("risk.lua");
  private static final Script SPLIT = new Script("split.lua");

  private final Redis redis;
  private final Arrivals arrivals;
  private final String name;
  private final QueueKeys keys;
  private final byte[] lease;
  private final int maxMessages;
  private final byte[] maxBytes;
  private final byte[] maxMessageBytes;

  /**
   * What waits and what is claimed, by all servers together, at one moment.
   *
   * @param queued messages in the queue
   * @param claims claims that are neither acknowledged nor released
   * @param claimed messages in them
   * @param taken messages claimed so far; starts anew when all has been done for two seconds
   * @param time the moment, by Redis' clock
   */
  public record Measure(long queued, long claims, long claimed, long taken, Instant time) {}

  /** The queue of these arrivals. */
  public ClaimQueue(Redis redis, Arrivals arrivals, Settings settings) {
    this.redis = redis;
    this.arrivals = arrivals;
    this.name = arrivals.name();
    this.keys = QueueKeys.of(name);
    this.lease = decimal(settings.duration(Setting.CLAIM_LEASE).toMillis());
    this.maxMessages = settings.count(Setting.BATCH_SIZE);
    this.maxBytes = Script.bytes(settings.text(Setting.BATCH_BYTES));
    this.maxMessageBytes = Script.bytes(settings.text(Setting.MAX_MESSAGE_BYTES));
  }

  /** The queue's name. */
  public String name() {
    return name;
  }

  /** Whether messages have come to it. */
  public Arrivals arrivals() {
    return arrivals;
  }

  /** Claims a batch when at least so many messages wait. */
  public Optional<Claim> claim(int least) {
    long asked = System.nanoTime();
    Claim.Id id = new Claim.Id(UUID.randomUUID().toString(), 0);
    List<?> reply =
        (List<?>)
            run(
                CLAIM,
                List.of(keys.queue(), keys.register(), keys.claim(id.text()), keys.taken()),
                List.of(
                    decimal(least),
                    decimal(maxMessages),
                    maxBytes,
                    lease,
                    Script.bytes(id.text()),
                    maxMessageBytes));
    boolean last = (Long) reply.get(0) == reply.size() - 1L; // all that waited, or nothing did
    if (last) {
      arrivals.sawEmpty(asked);
    }
    return claim(id, 0, reply.subList(1, reply.size()), last);
  }

  /** Takes over one claim whose owner has let its lease run out. */
  public Optional<Claim> reap() {
    List<?> reply =
        (List<?>)
            run(
                REAP,
                List.of(keys.register(), keys.deaths(), keys.claimPrefix()),
                List.of(keys.claimPrefix(), lease));
    return reply.isEmpty()
        ? Optional.empty()
        : claim(
            Claim.Id.of(new String((byte[]) reply.get(0), StandardCharsets.UTF_8)),
            Math.toIntExact((Long) reply.get(1)),
            reply.subList(2, reply.size()),
            false);
  }

  /** Extends the lease; false when the claim has been taken over or is gone. */
  public boolean renew(Claim claim) {
    return renew(claim, lease);
  }

  /** Ends the lease: whoever comes next takes the claim over. */
  public boolean abandon(Claim claim) {
    return renew(claim, decimal(0));
  }

  private boolean renew(Claim claim, byte[] time) {
    return (Long) run(RENEW, List.of(keys.register()), List.of(time, Script.bytes(claim.id())))
        == 1;
  }

  /**
   * Records that this server is about to try a claim that may crash it. Unless {@link
   * #takeBackRisk} follows, the next owner sees one more death.
   */
  public void noteRisk(Claim claim) {
    risk(claim, 1);
  }

  /** Takes that back: this server has survived. */
  public void takeBackRisk(Claim claim) {
    risk(claim, -1);
  }

  private void risk(Claim claim, int change) {
    run(
        RISK,
        List.of(keys.register(), keys.deaths()),
        List.of(Script.bytes(claim.id()), Script.bytes(claim.origin()), decimal(change)));
  }

  /**
   * Makes several claims of one, each with a share of its messages, to be taken over by whoever
   * comes. False when the claim was no longer there.
   *
   * @param parts how many claims at most
   * @param deaths what each of them starts with
   */
  public boolean split(Claim claim, int parts, int deaths) {
    List<byte[]> arguments = new ArrayList<>(parts + 4);
    arguments.add(Script.bytes(claim.id()));
    arguments.add(Script.bytes(claim.origin()));
    arguments.add(keys.claimPrefix());
    arguments.add(decimal(deaths));
    for (int i = 0; i < parts; i++) {
      arguments.add(Script.bytes(UUID.randomUUID().toString()));
    }
    long moved =
        (Long)
            run(
                SPLIT,
                List.of(keys.register(), keys.claim(claim.id()), keys.deaths(), keys.claimPrefix()),
                arguments);
    return moved >= 0;
  }

  /**
   * A part of the message of a claim that holds a single one above the size limit.
   *
   * @param from the first byte, from 0; before the message's end
   * @param length how many bytes at most
   * @throws QueueUnavailableException also when the claim is no longer there
   */
  public byte[] read(Claim claim, long from, int length) {
    byte[] part =
        redis.call(
            name, client -> client.getrange(keys.claim(claim.id()), from, from + length - 1));
    if (part.length == 0) {
      throw new QueueUnavailableException("claim " + claim.id() + " is no longer there");
    }
    return part;
  }

  /**
   * Drops messages of a claim that are all safe elsewhere, the longest waiting first, and publishes
   * them on the channel of the queue's name but those at the silent positions (from 0). With the
   * last one the claim is gone. False when it was no longer there. Dropping the same again changes
   * nothing.
   *
   * @param from how many of the claim's messages were dropped before
   * @param to how many are dropped afterwards; more
   * @param silent positions in the whole claim
   * @throws IllegalStateException when it does not hold as many messages as it did; it stays then
   */
  public boolean acknowledge(Claim claim, int from, int to, Collection<Integer> silent) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(Script.bytes(claim.id()));
    arguments.add(Script.bytes(claim.origin()));
    arguments.add(keys.queue());
    arguments.add(decimal(claim.size()));
    arguments.add(decimal(from));
    arguments.add(decimal(to));
    for (int position : silent) {
      if (position < to) {
        arguments.add(decimal(position + 1L));
      }
    }
    long held = (Long) run(ACKNOWLEDGE, all(claim), arguments);
    if (held >= 0 && held != claim.size() - from) {
      throw new IllegalStateException(
          "claim %s holds %d messages, not %d".formatted(claim.id(), held, claim.size() - from));
    }
    return held >= 0;
  }

  /** Puts the messages back to the head of the queue; false when the claim was no longer there. */
  public boolean release(Claim claim) {
    long moved =
        (Long)
            run(
                RELEASE,
                all(claim),
                List.of(Script.bytes(claim.id()), Script.bytes(claim.origin())));
    return moved >= 0;
  }

  private List<byte[]> all(Claim claim) {
    return List.of(
        keys.queue(), keys.register(), keys.claim(claim.id()), keys.taken(), keys.deaths());
  }

  /** Queues messages behind all that wait, all or none. */
  public void push(List<byte[]> payloads) {
    redis.call(name, client -> client.lpush(keys.queue(), payloads.toArray(new byte[0][])));
  }

  /** Whether Redis answers questions about this queue, if only with refusals. */
  public boolean answers() {
    return redis.answers(name);
  }

  /** Counts what waits and what is claimed. */
  public Measure measure() {
    List<?> reply =
        (List<?>)
            run(
                MEASURE,
                List.of(keys.queue(), keys.register(), keys.taken(), keys.claimPrefix()),
                List.of(keys.claimPrefix()));
    return new Measure(
        (Long) reply.get(0),
        (Long) reply.get(1),
        (Long) reply.get(2),
        (Long) reply.get(3),
        Instant.ofEpochMilli((Long) reply.get(4)));
  }

  private Object run(Script script, List<byte[]> keys, List<byte[]> arguments) {
    return redis.call(name, client -> script.run(client, keys, arguments));
  }

  private static Optional<Claim> claim(Claim.Id id, int deaths, List<?> messages, boolean last) {
    if (messages.isEmpty()) {
      return Optional.empty();
    }
    if (messages.get(0) instanceof Long bytes) {
      return Optional.of(new Claim(id, deaths, List.of(), bytes, last));
    }
    List<byte[]> payloads = messages.stream().map(payload -> (byte[]) payload).toList();
    return Optional.of(new Claim(id, deaths, payloads, 0, last));
  }

  private static byte[] decimal(long number) {
    return Script.bytes(Long.toString(number));
  }
}
