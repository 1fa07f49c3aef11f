package io.messagelogger.store.finding;

import io.messagelogger.store.Database;
import io.messagelogger.store.rollup.Cell;
import io.messagelogger.store.rollup.Fact;
import io.messagelogger.store.rollup.Kind;
import io.messagelogger.store.rollup.Latencies;
import io.messagelogger.store.rollup.Plan;
import io.messagelogger.store.rollup.Rollups;
import io.messagelogger.store.rollup.Term;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages that a filter means, as far as they have been counted or read; what else is asked of
 * them is read when it is asked for. Used by one thread.
 */
public final class Counts {
  private static final long HOUR = 3_600;

  private final Database database;
  private final Facts.Reading reading;
  private final Instant older;
  private final Plan plan;
  private final @Nullable Choice choice;
  private final Summary total;
  private boolean estimated;

  /** Of messages that were all read, or of which a sample was. */
  Counts(Database database, Facts.Reading reading, Instant older) {
    this(database, reading, Plan.allRead(null, null), null, older);
  }

  private Counts(
      Database database, Facts.Reading reading, Plan plan, @Nullable Choice choice, Instant older) {
    this.database = database;
    this.reading = reading;
    this.plan = plan;
    this.choice = choice;
    this.older = older;
    this.total = summary();
    this.estimated = reading.estimated();
    reading.facts().forEach(total::add);
  }

  static Counts of(
      Connection connection,
      Database database,
      Facts.Reading reading,
      Plan plan,
      Choice choice,
      Instant older)
      throws SQLException {
    Counts counts = new Counts(database, reading, plan, choice, older);
    Rollups.read(
        connection,
        plan,
        choice.kind(),
        0,
        true,
        choice.meant(),
        counted -> {
          counted.cells().groups().values().forEach(c -> counts.total.add(c, counted.end()));
          // Those that are meant may be among the rest.
          counts.estimated |= counted.cells().absent() > 0;
        });
    return counts;
  }

  /** Whether a figure that was asked for so far may be wrong, beyond {@link #timesError}. */
  public boolean estimated() {
    return estimated;
  }

  /**
   * How far the times from p50 to p99 are from the true ones at most, relative to those, where the
   * figures are not estimated.
   */
  public double timesError() {
    return choice == null ? 0 : Latencies.ERROR;
  }

  /** All of them. */
  public Summary total() {
    return total;
  }

  private Summary summary() {
    return new Summary(reading.weight(), older);
  }

  /**
   * Some groups.
   *
   * @param shown the largest, in order
   * @param others how many other groups there are; null when that is not known
   * @param rest messages in the others
   */
  public record Groups(List<Group> shown, @Nullable Long others, long rest) {}

  /** A group and what is in it. */
  public record Group(Term term, Summary summary) {}

  /**
   * The largest groups.
   *
   * @param wanted which groups count
   */
  public Groups groups(Kind by, int top, Predicate<Term> wanted) {
    Ranking ranking = new Ranking(reading.weight());
    for (Fact fact : reading.facts()) {
      by.terms(fact).filter(wanted).forEach(term -> ranking.add(term, 1));
    }
    Choice.@Nullable Groups counted = counted(by);
    if (counted != null) {
      Predicate<Term> meant = counted.meant();
      boolean renamed = by != counted.counts();
      read(
          counted.counts(),
          0,
          false,
          meant,
          part -> {
            part.cells()
                .groups()
                .forEach(
                    (term, cell) -> {
                      Term name = counted.name().apply(term);
                      if (wanted.test(name)) {
                        ranking.add(name, cell, part.cells());
                      }
                    });
            ranking.end(part.cells(), renamed);
          });
    }
    List<Term> largest = ranking.largest(top);
    estimated |= ranking.estimated(top);
    // The rest of what was counted may be what is not wanted.
    estimated |= ranking.others(top) == null && !wanted.test(Term.of(null));
    SortedMap<Integer, Summary> summaries = summaries(by, largest, counted);
    List<Group> shown = new ArrayList<>();
    long messages = 0;
    for (int i = 0; i < largest.size(); i++) {
      Summary summary = summaries.getOrDefault(i, summary());
      shown.add(new Group(largest.get(i), summary));
      messages += summary.messages();
    }
    return new Groups(shown, ranking.others(top), Math.max(0, ranking.all() - messages));
  }

  private SortedMap<Integer, Summary> summaries(
      Kind by, List<Term> largest, Choice.@Nullable Groups counted) {
    SortedMap<Integer, Summary> summaries = new TreeMap<>();
    for (Fact fact : reading.facts()) {
      by.terms(fact)
          .mapToInt(largest::indexOf)
          .filter(place -> place >= 0)
          .forEach(place -> summaries.computeIfAbsent(place, p -> summary()).add(fact));
    }
    if (counted != null) {
      Predicate<Term> kept = t -> counted.meant().test(t) && largest.contains(name(counted, t));
      read(
          counted.counts(),
          0,
          true,
          kept,
          part ->
              part.cells()
                  .groups()
                  .forEach(
                      (term, cell) ->
                          summaries
                              .computeIfAbsent(largest.indexOf(name(counted, term)), p -> summary())
                              .add(cell, part.end())));
    }
    return summaries;
  }

  private static Term name(Choice.Groups counted, Term term) {
    return counted.name().apply(term);
  }

  private Choice.@Nullable Groups counted(Kind by) {
    return choice == null ? null : choice.by(by).orElseThrow();
  }

  /** What is in one span of time. */
  public final class Bucket {
    private final Summary summary = Counts.this.summary();
    private final double[] read;
    private final long[] counts;

    private Bucket(int groups) {
      read = new double[groups + 1];
      counts = new long[groups + 1];
    }

    public Summary summary() {
      return summary;
    }

    /** How many messages each of the groups has, and the others together. */
    public List<Long> counts() {
      List<Long> all = new ArrayList<>();
      for (int i = 0; i < counts.length; i++) {
        all.add(counts[i] + Math.round(read[i] * reading.weight()));
      }
      return all;
    }
  }

  /**
   * The messages by time; no entry where there are none.
   *
   * @param seconds how long each span is
   * @param by what groups are by; null for no groups
   * @param groups those that are counted, the others are one more
   * @return by the second that a span starts at
   */
  public SortedMap<Long, Bucket> buckets(long seconds, @Nullable Kind by, List<Term> groups) {
    TreeMap<Long, Bucket> buckets = new TreeMap<>();
    for (Fact fact : reading.facts()) {
      Bucket bucket = bucket(buckets, fact.time().getEpochSecond(), seconds, groups);
      bucket.summary.add(fact);
      if (by != null) {
        by.terms(fact).forEach(term -> bucket.read[place(groups, term)]++);
      }
    }
    Choice known = choice;
    if (known == null) {
      return buckets;
    }
    long hours = seconds / HOUR;
    read(
        known.kind(),
        hours,
        true,
        known.meant(),
        part -> {
          for (Cell cell : part.cells().groups().values()) {
            bucket(buckets, part.start() * HOUR, seconds, groups).summary.add(cell, part.end());
          }
        });
    if (by != null) {
      Choice.Groups counted = known.by(by).orElseThrow();
      read(
          counted.counts(),
          hours,
          false,
          counted.meant(),
          part -> {
            estimated |= part.cells().absent() > 0;
            if (part.cells().groups().isEmpty() && part.cells().restMessages() == 0) {
              return;
            }
            Bucket bucket = bucket(buckets, part.start() * HOUR, seconds, groups);
            part.cells()
                .groups()
                .forEach(
                    (term, cell) ->
                        bucket.counts[place(groups, name(counted, term))] += cell.messages());
            bucket.counts[groups.size()] += part.cells().restMessages();
          });
    }
    return buckets;
  }

  /** A span of time without messages. */
  public Bucket empty(List<Term> groups) {
    return new Bucket(groups.size());
  }

  private Bucket bucket(Map<Long, Bucket> buckets, long second, long seconds, List<Term> groups) {
    return buckets.computeIfAbsent(
        Math.floorDiv(second, seconds) * seconds, start -> new Bucket(groups.size()));
  }

  private static int place(List<Term> groups, Term term) {
    int place = groups.indexOf(term);
    return place < 0 ? groups.size() : place;
  }

  /**
   * @param latencies whether to read how long acknowledgements took
   */
  private void read(
      Kind kind, long hours, boolean latencies, Predicate<Term> kept, Rollups.Taking taking) {
    database.read(
        connection -> {
          Rollups.read(connection, plan, kind, hours, latencies, kept, taking);
          return kind;
        });
  }
}
