package io.messagelogger.ingest;

import io.messagelogger.store.writing.Outcome;

/** What a transaction, tried once or more often, has come to. */
sealed interface Verdict {

  /** The same is to be tried again. */
  record TryAgain() implements Verdict {}

  /** There is nothing left to try. */
  sealed interface End extends Verdict {}

  /** It is committed. */
  record Done(Outcome outcome) implements End {}

  /** The server stops, or the claim is lost. */
  record GivenUp() implements End {}
}
