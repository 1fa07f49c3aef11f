package io.messagelogger.store.finding;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is made when it is asked for, and then kept. Used by one thread. */
final class Once<T> implements Supplier<T> {
  private final Supplier<T> making;
  private @Nullable T made;

  Once(Supplier<T> making) {
    this.making = making;
  }

  @Override
  public T get() {
    T known = made;
    if (known == null) {
      known = making.get();
      made = known;
    }
    return known;
  }
}
