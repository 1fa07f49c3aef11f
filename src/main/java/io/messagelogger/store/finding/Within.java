package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Field;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.Name;

/** A reader's scope as one more criterion of what is asked. Stateless. */
final class Within {
  private Within() {}

  /** The filter, narrowed to what a reader may see. */
  static Filter scope(Filter filter, Scope scope) {
    if (scope.subjects() == null) {
      return filter;
    }
    return filter.and(
        new Criterion.Named(
            Field.SUBJECT, false, scope.subjects().stream().map(Within::name).toList()));
  }

  private static Name name(String subject) {
    return subject.endsWith("*")
        ? Name.startingWith(subject.substring(0, subject.length() - 1))
        : Name.exactly(subject);
  }
}
