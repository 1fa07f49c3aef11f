package io.messagelogger.live;

import io.messagelogger.access.Reader;
import io.messagelogger.live.InvalidFeedRequestException.Fault;
import io.messagelogger.message.MessageReader;
import io.messagelogger.store.log.LogPosition;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a client asks for from the parameters of its request. Used by one thread. */
final class FeedParameters {
  private static final int MAX_BATCH = 10_000;
  private static final String SUPPORTED =
      "unknown parameter; supported: batch, destination, envelope, since, source, subject, topic, type";

  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final List<Fault> faults = new ArrayList<>();

  private FeedParameters(@Nullable String query) {
    if (query == null) {
      return;
    }
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        try {
          values.computeIfAbsent(decode(name), n -> new ArrayList<>()).add(decode(value));
        } catch (IllegalArgumentException e) {
          faults.add(new Fault(name, value, "not percent-encoded UTF-8 (a % in a URL is %25)"));
        }
      }
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /**
   * Reads a request.
   *
   * @param query the query string as it came; null when there is none
   * @param events whether it is one for server-sent events
   * @param enveloped whether it asks for envelopes by the subprotocol
   * @param lastEventId the cursor of the last event that the client has had; null for none
   * @throws InvalidFeedRequestException with all that is wrong
   */
  static FeedRequest read(
      @Nullable String query,
      boolean events,
      boolean enveloped,
      @Nullable String lastEventId,
      String name,
      Reader reader) {
    FeedParameters parameters = new FeedParameters(query);
    FeedRequest request = parameters.request(events, enveloped, lastEventId, name, reader);
    if (!parameters.faults.isEmpty()) {
      throw new InvalidFeedRequestException(parameters.faults);
    }
    return request;
  }

  private FeedRequest request(
      boolean events, boolean enveloped, @Nullable String lastEventId, String name, Reader reader) {
    String from = once("since");
    LogPosition after = from == null ? null : LogPosition.parse(from).orElse(null);
    Instant since = from == null || after != null ? null : time(from);
    if (lastEventId != null && !lastEventId.isEmpty()) {
      after = LogPosition.parse(lastEventId).orElse(null);
      since = null;
      if (after == null) {
        faults.add(new Fault("Last-Event-ID", lastEventId, "this is not a cursor"));
      }
    }
    Wanted wanted = wanted();
    boolean envelope = on("envelope") || enveloped || events;
    int batch = batch(envelope);
    values.remove("ticket"); // who it is was read from it before
    values.forEach((unknown, given) -> faults.add(new Fault(unknown, given.get(0), SUPPORTED)));
    boolean verbatim =
        !envelope
            && after == null
            && since == null
            && wanted.equals(Wanted.ALL)
            && reader.scope().all();
    return new FeedRequest(name, events, verbatim, envelope, batch, wanted, reader, after, since);
  }

  private @Nullable String once(String name) {
    List<String> given = values.remove(name);
    if (given == null) {
      return null;
    }
    if (given.size() > 1) {
      faults.add(new Fault(name, given.get(1), "given more than once"));
      return null;
    }
    if (given.get(0).isEmpty()) {
      faults.add(new Fault(name, "", "must not be empty"));
      return null;
    }
    return given.get(0);
  }

  private boolean on(String name) {
    String value = once(name);
    if (value != null && !value.equals("0") && !value.equals("1")) {
      faults.add(new Fault(name, value, "is not 0 or 1"));
    }
    return "1".equals(value);
  }

  private @Nullable Instant time(String text) {
    if (text.matches("\\d{1,7}[mhd]")) {
      long number = Long.parseLong(text.substring(0, text.length() - 1));
      char unit = text.charAt(text.length() - 1);
      return Instant.now()
          .minus(
              unit == 'm'
                  ? Duration.ofMinutes(number)
                  : unit == 'h' ? Duration.ofHours(number) : Duration.ofDays(number));
    }
    Instant time = MessageReader.time(text);
    if (time == null) {
      faults.add(
          new Fault(
              "since",
              text,
              "this is not a cursor, a date and time with an offset (RFC 3339, as in"
                  + " 2025-05-27T10:30:00Z; a + in a URL is %2B) or a duration back from now (as in"
                  + " 15m, 36h or 7d)"));
    }
    return time;
  }

  private Wanted wanted() {
    Map<Wanted.Place, List<String>> names = new EnumMap<>(Wanted.Place.class);
    for (Wanted.Place place : Wanted.Place.values()) {
      List<String> given = values.remove(place.parameter());
      if (given != null && given.contains("")) {
        faults.add(new Fault(place.parameter(), "", "must not be empty"));
      } else if (given != null) {
        names.put(place, given);
      }
    }
    return new Wanted(names);
  }

  private int batch(boolean envelope) {
    String text = once("batch");
    if (text == null) {
      return 0;
    }
    if (!text.matches("\\d{1,5}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > MAX_BATCH) {
      faults.add(new Fault("batch", text, "is not a whole number from 1 to " + MAX_BATCH));
      return 0;
    }
    if (!envelope) {
      faults.add(new Fault("batch", text, "needs envelope=1"));
    }
    return Integer.parseInt(text);
  }
}
