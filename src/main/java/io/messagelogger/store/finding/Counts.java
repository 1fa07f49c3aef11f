package io.messagelogger.store.finding;

import io.messagelogger.store.Database;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
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
        term -> choice.meant().test(term) ? counts.total : null,
        part -> {
          // Those that are meant may be among the rest.
          counts.estimated |= part.absent() > 0;
          Instant end = part.end();
          return (total, cell) -> total.add(cell, end);
        });
    return counts;
  }

  /** Whether a figure that was asked for so far may be wrong. */
  public boolean estimated() {
    return estimated;
  }

  /**
   * How far the times from p50 to p99 are from the true ones at most, relative to those; null where
   * figures are estimated, as nobody knows.
   */
  public @Nullable Double timesError() {
    return estimated ? null : choice == null ? 0 : Latencies.ERROR;
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
      by.terms(fact)
          .forEach(term -> (wanted.test(term) ? ranking.group(term) : ranking.unwanted()).read(1));
    }
    Choice.@Nullable Groups counted = counted(by);
    if (counted != null) {
      boolean renamed = by != counted.counts();
      read(
          counted.counts(),
          0,
          false,
          term -> {
            Term name = name(counted, term);
            if (!counted.meant().test(term)) {
              return null;
            }
            return wanted.test(name) ? ranking.group(name) : ranking.unwanted();
          },
          part -> {
            ranking.rest(part.restMessages(), part.absent(), renamed);
            return (group, cell) -> ranking.add(group, cell, part.absent());
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
    long all = direct(by) ? ranking.all() : ranking.all(total.messages());
    return new Groups(shown, ranking.others(top), Math.max(0, all - messages));
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
      Rollups.Taking<Summary> adding =
          part -> {
            Instant end = part.end();
            return (summary, cell) -> summary.add(cell, end);
          };
      if (direct(by)) {
        Map<Term, Summary> known = new HashMap<>();
        for (int i = 0; i < largest.size(); i++) {
          known.put(largest.get(i), summaries.computeIfAbsent(i, place -> summary()));
        }
        database.read(
            connection -> {
              Rollups.read(connection, plan, by, 0, true, known, null, adding);
              return by;
            });
      } else {
        read(
            counted.counts(),
            0,
            true,
            term -> {
              int place = counted.meant().test(term) ? largest.indexOf(name(counted, term)) : -1;
              return place < 0 ? null : summaries.computeIfAbsent(place, p -> summary());
            },
            adding);
      }
    }
    return summaries;
  }

  /** Whether the groups that are counted are those that are meant, all of them. */
  private boolean direct(Kind by) {
    return choice != null && choice.kind() == Kind.TOTAL && by != Kind.TOTAL;
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

    /** Messages of all that are in groups that were not kept; some of them may be meant. */
    private long rest;

    private Bucket(int groups) {
      read = new double[groups + 1];
      counts = new long[groups + 1];
    }

    public Summary summary() {
      return summary;
    }

    /** What is missing of the messages that are meant is among the rest. */
    private void settle() {
      long known = counts().stream().mapToLong(Long::longValue).sum();
      counts[counts.length - 1] += Math.min(rest, Math.max(0, summary.messages() - known));
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
        term -> known.meant().test(term) ? known : null,
        part -> {
          Instant end = part.end();
          return (meant, cell) ->
              bucket(buckets, part.start() * HOUR, seconds, groups).summary.add(cell, end);
        });
    if (by != null) {
      count(buckets, hours, by, known.by(by).orElseThrow(), groups);
    }
    return buckets;
  }

  private void count(
      SortedMap<Long, Bucket> buckets,
      long hours,
      Kind by,
      Choice.Groups counted,
      List<Term> groups) {
    Rollups.Taking<Integer> adding =
        part -> {
          estimated |= part.absent() > 0;
          Bucket bucket = buckets.get(start(part.start() * HOUR, hours * HOUR));
          if (bucket == null) { // nothing is meant there, or nothing was when the whole was read
            return (place, cell) -> {};
          }
          if (direct(by)) {
            bucket.counts[groups.size()] += part.restMessages();
          } else {
            bucket.rest += part.restMessages();
          }
          return (place, cell) -> bucket.counts[place] += cell.messages();
        };
    if (direct(by)) {
      Map<Term, Integer> known = new HashMap<>();
      groups.forEach(term -> known.put(term, place(groups, term)));
      database.read(
          connection -> {
            Rollups.read(connection, plan, by, hours, false, known, groups.size(), adding);
            return by;
          });
    } else {
      read(
          counted.counts(),
          hours,
          false,
          term -> counted.meant().test(term) ? place(groups, name(counted, term)) : null,
          adding);
      buckets.values().forEach(Bucket::settle);
    }
  }

  /** A span of time without messages. */
  public Bucket empty(List<Term> groups) {
    return new Bucket(groups.size());
  }

  private Bucket bucket(Map<Long, Bucket> buckets, long second, long seconds, List<Term> groups) {
    return buckets.computeIfAbsent(start(second, seconds), start -> new Bucket(groups.size()));
  }

  private static long start(long second, long seconds) {
    return Math.floorDiv(second, seconds) * seconds;
  }

  private static int place(List<Term> groups, Term term) {
    int place = groups.indexOf(term);
    return place < 0 ? groups.size() : place;
  }

  private <T> void read(
      Kind kind,
      long hours,
      boolean whole,
      Function<Term, @Nullable T> wanted,
      Rollups.Taking<T> taking) {
    database.read(
        connection -> {
          Rollups.read(connection, plan, kind, hours, whole, wanted, taking);
          return kind;
        });
  }
}
