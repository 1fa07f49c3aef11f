package io.messagelogger.it.fault;

import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Events that are written down. Thread-safe. */
final class Told<T> implements Event<T> {
  private final List<T> all = new CopyOnWriteArrayList<>();

  List<T> all() {
    return List.copyOf(all);
  }

  @Override
  public void fire(T event) {
    all.add(event);
  }

  @Override
  public <U extends T> CompletionStage<U> fireAsync(U event) {
    all.add(event);
    return CompletableFuture.completedFuture(event);
  }

  @Override
  public <U extends T> CompletionStage<U> fireAsync(U event, NotificationOptions options) {
    return fireAsync(event);
  }

  @Override
  public Event<T> select(Annotation... qualifiers) {
    return this;
  }

  /** Nobody here asks for events of a subtype; who begins to learns that this has to be written. */
  @Override
  public <U extends T> Event<U> select(Class<U> subtype, Annotation... qualifiers) {
    throw new UnsupportedOperationException("no subtypes here: " + subtype);
  }

  @Override
  public <U extends T> Event<U> select(TypeLiteral<U> subtype, Annotation... qualifiers) {
    throw new UnsupportedOperationException("no subtypes here: " + subtype);
  }
}
