package io.messagelogger.queue;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The queue of messages. Every method is one atomic step in Redis; a message is in the queue or in
 * exactly one claim, before and after. All of them throw {@link QueueUnavailableException} when
 * Redis does not answer, and then the step may or may not have been done: claims that were made and
 * not heard of are reaped like those of an owner that has gone. Thread-safe.
 */
@ApplicationScoped
public class ClaimQueue {
  private static final Script CLAIM = new Script("claim.lua");
  private static final Script RENEW = new Script("renew.lua");
  private static final Script ACKNOWLEDGE = new Script("acknowledge.lua");
  private static final Script RELEASE = new Script("release.lua");
  private static final Script REAP = new Script("reap.lua");
  private static final Script MEASURE = new Script("measure.lua");
  private static final Script ATTEMPT = new Script("attempt.lua");
  private static final Script SPLIT = new Script("split.lua");

  private static final Duration LONGEST_POLL = Duration.ofMillis(50);
  private static final Duration SHORTEST_POLL = Duration.ofMillis(5);

  private final Lock waiting = new ReentrantLock();
  private volatile long emptyAt = System.nanoTime();
  private final Redis redis;
  private final byte[] queue;
  private final byte[] register;
  private final byte[] prefix;
  private final byte[] taken;
  private final byte[] deaths;
  private final byte[] lease;
  private final int maxMessages;
  private final byte[] maxBytes;
  private final byte[] maxMessageBytes;
  private final Duration poll;

  /**
   * What waits and what is claimed, by all servers together, at one moment.
   *
   * @param queued messages in the queue
   * @param claims claims that are neither acknowledged nor released
   * @param claimed messages in them
   * @param taken messages claimed so far; starts anew when all has been done for two seconds
   */
  public record Measure(long queued, long claims, long claimed, long taken) {}

  /** The queue that the settings name. */
  @Inject
  public ClaimQueue(Redis redis, Settings settings) {
    String name = settings.text(Setting.REDIS_QUEUE);
    // A name with a hash tag of its own hashes by that tag; one without hashes whole.
    String tagged = name.matches(".*\\{[^}]+}.*") ? name : "{" + name + "}";
    this.redis = redis;
    this.queue = Script.bytes(name);
    this.register = Script.bytes(tagged + ":claims");
    this.prefix = Script.bytes(tagged + ":claim:");
    this.taken = Script.bytes(tagged + ":taken");
    this.deaths = Script.bytes(tagged + ":deaths");
    this.lease = decimal(settings.duration(Setting.CLAIM_LEASE).toMillis());
    this.maxMessages = settings.count(Setting.BATCH_SIZE);
    this.maxBytes = Script.bytes(settings.text(Setting.BATCH_BYTES));
    this.maxMessageBytes = Script.bytes(settings.text(Setting.MAX_MESSAGE_BYTES));
    Duration often = settings.duration(Setting.BATCH_INTERVAL).dividedBy(5);
    this.poll =
        Collections.min(List.of(Collections.max(List.of(often, SHORTEST_POLL)), LONGEST_POLL));
  }

  /**
   * Waits until a message is queued, the time at most; false when none was seen. Asks for the
   * length again and again, a few times an interval that messages wait anyway, one thread for all:
   * every command that blocks until a list has an element also sends the element, which may be
   * larger than this server's memory.
   */
  public boolean awaitMessage(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    if (!waiting.tryLock(time.toNanos(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    try {
      while (true) {
        long asked = System.nanoTime();
        if (redis.call(client -> client.llen(queue)) > 0) {
          return true;
        }
        emptyAt = asked;
        if (System.nanoTime() - end >= 0) {
          return false;
        }
        LockSupport.parkNanos(poll.toNanos());
      }
    } finally {
      waiting.unlock();
    }
  }

  /**
   * When the queue was last seen empty by this server, in the time of System.nanoTime: no message
   * has waited for longer, unless another server or an outage has kept this one from seeing it.
   */
  public long emptyAt() {
    return emptyAt;
  }

  /** Claims a batch when at least so many messages wait. */
  public Optional<Claim> claim(int least) {
    long asked = System.nanoTime();
    String id = UUID.randomUUID() + ".0";
    List<?> reply =
        (List<?>)
            run(
                CLAIM,
                List.of(queue, register, claimKey(id), taken),
                List.of(
                    decimal(least),
                    decimal(maxMessages),
                    maxBytes,
                    lease,
                    Script.bytes(id),
                    maxMessageBytes));
    boolean last = (Long) reply.get(0) == reply.size() - 1L; // all that waited, or nothing did
    if (last) {
      emptyAt = asked;
    }
    return claim(id, 0, reply.subList(1, reply.size()), last);
  }

  /** Takes over one claim whose owner has let its lease run out. */
  public Optional<Claim> reap() {
    List<?> reply = (List<?>) run(REAP, List.of(register, deaths), List.of(prefix, lease));
    return reply.isEmpty()
        ? Optional.empty()
        : claim(
            new String((byte[]) reply.get(0), StandardCharsets.UTF_8),
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
    return (Long) run(RENEW, List.of(register), List.of(time, Script.bytes(claim.id()))) == 1;
  }

  /**
   * Notes that this server is about to try a claim that may be what ends it. If it does not come to
   * {@link #endAttempt}, the next owner learns of one death more.
   */
  public void beginAttempt(Claim claim) {
    attempt(claim, 1);
  }

  /** Notes that this server has survived. */
  public void endAttempt(Claim claim) {
    attempt(claim, -1);
  }

  private void attempt(Claim claim, int change) {
    run(
        ATTEMPT,
        List.of(register, deaths),
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
    arguments.add(prefix);
    arguments.add(decimal(deaths));
    for (int i = 0; i < parts; i++) {
      arguments.add(Script.bytes(UUID.randomUUID().toString()));
    }
    long moved = (Long) run(SPLIT, List.of(register, claimKey(claim.id()), this.deaths), arguments);
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
        redis.call(client -> client.getrange(claimKey(claim.id()), from, from + length - 1));
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
    arguments.add(queue);
    arguments.add(decimal(claim.size()));
    arguments.add(decimal(from));
    arguments.add(decimal(to));
    for (int position : silent) {
      if (position >= from && position < to) {
        arguments.add(decimal(position + 1L));
      }
    }
    long held = (Long) run(ACKNOWLEDGE, keys(claim), arguments);
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
                keys(claim),
                List.of(Script.bytes(claim.id()), Script.bytes(claim.origin())));
    return moved >= 0;
  }

  private List<byte[]> keys(Claim claim) {
    return List.of(queue, register, claimKey(claim.id()), taken, deaths);
  }

  /** Queues messages behind all that wait, all or none. */
  public void push(List<byte[]> payloads) {
    redis.call(client -> client.lpush(queue, payloads.toArray(new byte[0][])));
  }

  /** Whether Redis answers at all, if only with refusals. */
  public boolean answers() {
    return redis.condition().state().up();
  }

  /** Counts what waits and what is claimed. */
  public Measure measure() {
    List<?> reply = (List<?>) run(MEASURE, List.of(queue, register, taken), List.of(prefix));
    return new Measure(
        (Long) reply.get(0), (Long) reply.get(1), (Long) reply.get(2), (Long) reply.get(3));
  }

  private Object run(Script script, List<byte[]> keys, List<byte[]> arguments) {
    return redis.call(client -> script.run(client, keys, arguments));
  }

  private static Optional<Claim> claim(String id, int deaths, List<?> messages, boolean last) {
    if (messages.isEmpty()) {
      return Optional.empty();
    }
    if (messages.get(0) instanceof Long bytes) {
      return Optional.of(new Claim(id, deaths, List.of(), bytes, last));
    }
    List<byte[]> payloads = messages.stream().map(payload -> (byte[]) payload).toList();
    return Optional.of(new Claim(id, deaths, payloads, 0, last));
  }

  private byte[] claimKey(String id) {
    byte[] name = Script.bytes(id);
    byte[] key = Arrays.copyOf(prefix, prefix.length + name.length);
    System.arraycopy(name, 0, key, prefix.length, name.length);
    return key;
  }

  private static byte[] decimal(long number) {
    return Script.bytes(Long.toString(number));
  }
}
