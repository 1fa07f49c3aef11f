package io.messagelogger.store.rollup;

import java.util.Locale;
import java.util.stream.Stream;

/** What messages are grouped by. */
public enum Kind {
  /** By nothing: one group. */
  TOTAL,
  TOPIC,
  TYPE,
  SOURCE,
  DESTINATION,
  /** By sender and recipient. */
  PAIR;

  /** The word for it, in the API and in the tables. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind with a word. */
  public static Kind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The groups that a message belongs to: several when it has several recipients. */
  public Stream<Term> terms(Fact fact) {
    return switch (this) {
      case TOTAL -> Stream.of(Term.ALL);
      case TOPIC -> Stream.of(Term.of(fact.topic()));
      case TYPE -> Stream.of(Term.of(fact.type()));
      case SOURCE -> Stream.of(Term.of(fact.source()));
      case DESTINATION ->
          fact.destinations().isEmpty()
              ? Stream.of(Term.of(null))
              : fact.destinations().stream().map(Term::of);
      case PAIR ->
          fact.destinations().isEmpty()
              ? Stream.of(Term.of(fact.source()))
              : fact.destinations().stream().map(name -> new Term(fact.source(), name));
    };
  }
}
