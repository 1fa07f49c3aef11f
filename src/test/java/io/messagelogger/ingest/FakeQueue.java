package io.messagelogger.ingest;

import io.messagelogger.queue.Arrivals;
import io.messagelogger.queue.Claim;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.queue.Redis;
import io.messagelogger.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A queue without Redis: writes down what it is asked for. Thread-safe. */
final class FakeQueue extends ClaimQueue {
  private static final Settings SETTINGS = Settings.from(name -> null);

  /** What was asked for, in order, as in "renew a.0". */
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  /** Claims that others have taken over. */
  final Set<String> lost = Collections.synchronizedSet(new HashSet<>());

  /** How many more times Redis does not answer. */
  volatile int outages;

  /** Whether it refuses then, rather than being silent. */
  volatile boolean refuses;

  FakeQueue() {
    this(new Redis(SETTINGS));
  }

  private FakeQueue(Redis redis) {
    super(redis, new Arrivals(redis, SETTINGS), SETTINGS);
  }

  private synchronized boolean ask(String what, Claim claim) {
    if (outages > 0) {
      outages--;
      asked.add("failed " + what + " " + claim.id());
      throw new QueueUnavailableException("no answer");
    }
    asked.add(what + " " + claim.id());
    return !lost.contains(claim.id());
  }

  @Override
  public Optional<Claim> claim(int least) {
    return Optional.empty();
  }

  @Override
  public Optional<Claim> reap() {
    return Optional.empty();
  }

  @Override
  public boolean renew(Claim claim) {
    return ask("renew", claim);
  }

  @Override
  public boolean abandon(Claim claim) {
    return ask("abandon", claim);
  }

  @Override
  public void noteRisk(Claim claim) {
    ask("note risk of", claim);
  }

  @Override
  public void takeBackRisk(Claim claim) {
    ask("take back risk of", claim);
  }

  @Override
  public boolean split(Claim claim, int parts, int deaths) {
    return ask("split into %d with %d deaths".formatted(parts, deaths), claim);
  }

  @Override
  public byte[] read(Claim claim, long from, int length) {
    ask("read", claim);
    return new byte[(int) Math.min(length, claim.largeBytes() - from)];
  }

  @Override
  public boolean acknowledge(Claim claim, int from, int to, Collection<Integer> silent) {
    return ask("acknowledge %d to %d but %s of".formatted(from, to, new TreeSet<>(silent)), claim);
  }

  @Override
  public boolean release(Claim claim) {
    return ask("release", claim);
  }

  @Override
  public boolean answers() {
    return refuses;
  }
}
