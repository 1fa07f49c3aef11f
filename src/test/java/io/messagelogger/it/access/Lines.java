package io.messagelogger.it.access;

import java.util.Collection;
import java.util.concurrent.Flow;

/** Keeps all lines of an answer that does not end. */
record Lines(Collection<String> lines) implements Flow.Subscriber<String> {
  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(String line) {
    lines.add(line);
  }

  @Override
  public void onError(Throwable cause) {
    lines.add("ended: " + cause);
  }

  @Override
  public void onComplete() {
    lines.add("ended");
  }
}
