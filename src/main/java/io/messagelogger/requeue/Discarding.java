package io.messagelogger.requeue;

import io.messagelogger.store.letters.LetterDiscard;
import io.messagelogger.store.letters.LetterSelection;
import io.messagelogger.store.letters.SelectedLetters;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Discards dead letters, many at a rate; each is on record. Thread-safe. */
@ApplicationScoped
public class Discarding extends Rounds {
  private static final int GROUPS_PER_SECOND = 10;

  private final SelectedLetters selected;
  private final LetterDiscard letters;

  @Resource private ManagedExecutorService executor;

  /** Discards from the store. */
  @Inject
  public Discarding(SelectedLetters selected, LetterDiscard letters) {
    this.selected = selected;
    this.letters = letters;
  }

  @Override
  public String name() {
    return "discarding";
  }

  /**
   * Starts on a selection; empty when a selection is being discarded already.
   *
   * @param rate letters per second at most
   */
  public Optional<Progress> start(LetterSelection selection, int rate) {
    Instant started = selected.time();
    return start(executor, new Discards(selection, started), rate, started);
  }

  private final class Discards implements Work {
    private final LetterSelection selection;
    private final Instant started;

    Discards(LetterSelection selection, Instant started) {
      this.selection = selection;
      this.started = started;
    }

    @Override
    public String verb() {
      return "Discarded";
    }

    /** A small transaction, ten times a second: nobody waits long for its locks. */
    @Override
    public int groupSize(int rate) {
      return Math.max(1, rate / GROUPS_PER_SECOND);
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
      int gone = letters.discard(ids, selection, started);
      return before.plus(gone, ids.size() - gone, 0);
    }
  }
}
