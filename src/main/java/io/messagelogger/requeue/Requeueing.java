package io.messagelogger.requeue;

import io.messagelogger.queue.Queues;
import io.messagelogger.store.letters.LetterRequeue;
import io.messagelogger.store.letters.LetterSelection;
import io.messagelogger.store.letters.SelectedLetters;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Puts the messages of dead letters back into the first queue, many at a rate. Thread-safe. */
@ApplicationScoped
public class Requeueing extends Rounds {
  private final SelectedLetters selected;
  private final LetterRequeue letters;
  private final Queues queues;

  @Resource private ManagedExecutorService executor;

  /** Requeueing from the store into the queue. */
  @Inject
  public Requeueing(SelectedLetters selected, LetterRequeue letters, Queues queues) {
    this.selected = selected;
    this.letters = letters;
    this.queues = queues;
  }

  @Override
  public String name() {
    return "requeueing";
  }

  /**
   * Starts on a selection; empty when a selection is being retried already.
   *
   * @param rate messages per second at most
   */
  public Optional<Progress> start(LetterSelection selection, int rate) {
    return start(executor, new Retries(selection), rate, selected.time());
  }

  /** Puts one back, whether or not it was before. */
  public LetterRequeue.Retry retry(long id) {
    return letters.retry(id, this::push, true);
  }

  private void push(byte[] payload) {
    queues.push(List.of(payload));
  }

  private final class Retries implements Work {
    private final LetterSelection selection;

    Retries(LetterSelection selection) {
      this.selection = selection;
    }

    @Override
    public String verb() {
      return "Retried";
    }

    /** Each has a transaction of its own: its message is in the queue before that ends. */
    @Override
    public int groupSize(int rate) {
      return 1;
    }

    @Override
    public long count(Instant until) {
      return selected.count(selection, until);
    }

    @Override
    public List<Long> next(Instant until, long after, int limit) {
      return selected.next(selection, until, after, limit);
    }

    @Override
    public Progress on(List<Long> ids, Progress before) {
      Progress after = before;
      for (long id : ids) {
        after =
            switch (letters.retry(id, Requeueing.this::push, false)) {
              case QUEUED -> after.plus(1, 0, 0);
              case GONE, RETRIED_BEFORE -> after.plus(0, 1, 0);
              case TOO_LARGE -> after.plus(0, 0, 1);
            };
      }
      return after;
    }
  }
}
