package io.messagelogger.live;

import io.messagelogger.access.Admitted;
import io.messagelogger.filter.Fault;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.InvalidParametersException;
import io.messagelogger.filter.QueryParameters;
import io.messagelogger.store.log.LogPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what a client asks for from the parameters of its request. */
final class FeedParameters {
  private static final int MAX_BATCH = 10_000;

  private FeedParameters() {}

  /**
   * Reads a request.
   *
   * @param query the query string as it came; null when there is none
   * @param events whether it is one for server-sent events
   * @param enveloped whether it asks for envelopes by the subprotocol
   * @param lastEventId the cursor of the last event that the client has had; null for none
   * @throws InvalidParametersException with all that is wrong
   */
  static FeedRequest read(
      @Nullable String query,
      boolean events,
      boolean enveloped,
      @Nullable String lastEventId,
      String name,
      Admitted admitted) {
    Instant now = Instant.now();
    // It is a place in the log here, and not a condition on the time of a message.
    QueryParameters starting = QueryParameters.of(pairs(query, true));
    String text = starting.once("since");
    LogPosition after = text == null ? null : LogPosition.parse(text).orElse(null);
    Instant since = after == null ? starting.time("since", now) : null;
    if (lastEventId != null && !lastEventId.isEmpty()) {
      after = LogPosition.parse(lastEventId).orElse(null);
      since = null;
      if (after == null) {
        starting.fault("Last-Event-ID", lastEventId, "this is not a cursor");
      }
    }

    QueryParameters others = QueryParameters.of(pairs(query, false));
    Filter filter = others.filter(now);
    boolean envelope = others.on("envelope") || enveloped || events;
    int batch = others.number("batch", 1, MAX_BATCH, 0);
    others.once("ticket"); // who it is was read from it before
    if (batch > 0 && !envelope) {
      others.fault("batch", String.valueOf(batch), "needs envelope=1");
    }
    check(starting, others);
    boolean verbatim =
        !envelope
            && after == null
            && since == null
            && filter.equals(Filter.ALL)
            && admitted.reader().scope().all();
    return new FeedRequest(
        name,
        events,
        verbatim,
        envelope,
        batch,
        filter,
        admitted.reader(),
        admitted.countedAs(),
        admitted.reading(),
        after,
        since);
  }

  private static String pairs(@Nullable String query, boolean since) {
    return query == null
        ? ""
        : Stream.of(query.split("&", -1))
            .filter(pair -> (pair.equals("since") || pair.startsWith("since=")) == since)
            .collect(Collectors.joining("&"));
  }

  private static void check(QueryParameters... all) {
    List<Fault> faults = new ArrayList<>();
    for (QueryParameters parameters : all) {
      try {
        parameters.check();
      } catch (InvalidParametersException e) {
        faults.addAll(e.faults());
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidParametersException(faults);
    }
  }
}
