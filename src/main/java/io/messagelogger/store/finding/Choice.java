package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Field;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.Name;
import io.messagelogger.store.rollup.Kind;
import io.messagelogger.store.rollup.Term;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which counts tell what a filter means: all of the messages, or those of a topic, a type, a source
 * or one recipient. Other filters are met by no count. Immutable.
 *
 * @param kind by what messages are grouped of which the filter means some groups
 * @param meant the groups
 */
record Choice(Kind kind, Predicate<Term> meant) {

  /**
   * Groups of messages that a filter means.
   *
   * @param counts where they are counted
   * @param meant which of those counts
   * @param name the group that such a count belongs to
   */
  record Groups(Kind counts, Predicate<Term> meant, Function<Term, Term> name) {}

  /** The counts for a filter; empty when the messages themselves are to be read. */
  static Optional<Choice> of(Filter filter, Scope scope) {
    if (!scope.all()) {
      return Optional.empty();
    }
    List<Criterion> criteria =
        filter.criteria().stream()
            .filter(c -> !(c instanceof Criterion.Since || c instanceof Criterion.Until))
            .toList();
    if (criteria.isEmpty()) {
      return Optional.of(new Choice(Kind.TOTAL, term -> true));
    }
    if (criteria.size() > 1 || !(criteria.get(0) instanceof Criterion.Named named)) {
      return Optional.empty();
    }
    Predicate<Term> meant = term -> holds(named, term.first());
    return switch (named.field()) {
      case TOPIC -> Optional.of(new Choice(Kind.TOPIC, meant));
      case TYPE -> Optional.of(new Choice(Kind.TYPE, meant));
      case SOURCE -> Optional.of(new Choice(Kind.SOURCE, meant));
      // A message of two recipients is in two groups.
      case DESTINATION ->
          !named.negated() && named.names().size() == 1 && !named.names().get(0).prefix()
              ? Optional.of(new Choice(Kind.DESTINATION, meant))
              : Optional.empty();
      case SUBJECT -> Optional.empty();
    };
  }

  /** As {@link Field#names} and {@link Criterion.Named} have it. */
  private static boolean holds(Criterion.Named named, @Nullable String text) {
    boolean there = text != null && named.names().stream().anyMatch((Name n) -> n.holds(text));
    return there != named.negated();
  }

  /** Where the groups of what is meant are counted; empty when they are not. */
  Optional<Groups> by(Kind by) {
    if (kind == Kind.TOTAL) {
      return Optional.of(new Groups(by, meant, term -> term));
    }
    if (kind == Kind.DESTINATION) {
      return by == Kind.SOURCE
          ? Optional.of(
              new Groups(
                  Kind.PAIR,
                  pair -> meant.test(Term.of(pair.second())),
                  pair -> Term.of(pair.first())))
          : Optional.empty();
    }
    if (by == kind || (kind == Kind.SOURCE && by == Kind.PAIR)) {
      return Optional.of(new Groups(by, meant, term -> term));
    }
    return kind == Kind.SOURCE && by == Kind.DESTINATION
        ? Optional.of(new Groups(Kind.PAIR, meant, pair -> Term.of(pair.second())))
        : Optional.empty();
  }
}
