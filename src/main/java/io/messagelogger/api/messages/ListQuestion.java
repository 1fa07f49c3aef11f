package io.messagelogger.api.messages;

import io.messagelogger.api.Cursor;
import io.messagelogger.api.Problem;
import io.messagelogger.api.ProblemException;
import io.messagelogger.api.TidyFilter;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.QueryParameters;
import io.messagelogger.message.MessageWriter;
import io.messagelogger.message.Position;
import io.messagelogger.store.finding.Order;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a request for a list asks. Immutable.
 *
 * @param filter which messages
 * @param order which come first
 * @param fields the keys that are wanted; null for all
 * @param limit messages of a page; null when none was given
 * @param place where the page is; null for the first
 * @param format how they are written
 * @param endLine whether NDJSON ends in a line that says so
 * @param words the question, in words that are the same for every page
 * @param asked when it was asked first
 */
record ListQuestion(
    Filter filter,
    Order order,
    @Nullable List<String> fields,
    @Nullable Integer limit,
    Cursor.@Nullable Place place,
    Format format,
    boolean endLine,
    String words,
    Instant asked) {
  static final int MAX_LIMIT = 1000;

  private static final Set<String> OF_A_PAGE =
      Set.of("after", "limit", "fields", "format", "end", "ticket");

  /**
   * Reads a request.
   *
   * @param usual the order when none is given
   * @param formats those that there are, the usual one first
   * @throws io.messagelogger.filter.InvalidParametersException when a parameter is wrong
   * @throws ProblemException 406 when the client takes none of the formats
   */
  static ListQuestion of(HttpServletRequest request, Order usual, List<Format> formats) {
    QueryParameters parameters = QueryParameters.of(request.getQueryString());
    String words = words(request.getRequestURI(), parameters.values());
    String after = parameters.once("after");
    Cursor.Place place = after == null ? null : Cursor.decode(after, words).orElse(null);
    if (after != null && place == null) {
      parameters.fault("after", after, "not a cursor of this question");
    }
    Instant asked = place != null ? place.asked() : Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Filter filter = parameters.filter(asked);
    String order = parameters.choice("order", List.of("newest", "oldest"));
    int limit = parameters.number("limit", 1, MAX_LIMIT, 0);
    List<String> fields = fields(parameters);
    boolean endLine = parameters.on("end");
    String word = parameters.choice("format", formats.stream().map(Format::word).toList());
    parameters.check();
    return new ListQuestion(
        filter,
        order == null ? usual : Order.valueOf(order.toUpperCase(Locale.ROOT)),
        fields,
        limit == 0 ? null : limit,
        place,
        word == null ? format(request, formats) : Format.valueOf(word.toUpperCase(Locale.ROOT)),
        endLine,
        words,
        asked);
  }

  /** The format that the client likes best. */
  static Format format(HttpServletRequest request, List<Format> formats) {
    String best =
        TidyFilter.accept(request)
            .best(formats.stream().map(Format::mediaType).toList())
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.of(
                            406,
                            "Not Acceptable",
                            "This path answers "
                                + formats.stream()
                                    .map(Format::mediaType)
                                    .collect(Collectors.joining(", ")))));
    return formats.stream().filter(f -> f.mediaType().equals(best)).findFirst().orElseThrow();
  }

  private static @Nullable List<String> fields(QueryParameters parameters) {
    String text = parameters.once("fields");
    if (text == null) {
      return null;
    }
    List<String> fields = Arrays.stream(text.split(",", -1)).distinct().toList();
    if (!MessageWriter.KEYS.containsAll(fields)) {
      parameters.fault(
          "fields",
          text,
          "not a list of these, separated by commas: " + String.join(", ", MessageWriter.KEYS));
    }
    return MessageWriter.KEYS.stream().filter(fields::contains).toList();
  }

  private static String words(String path, Map<String, List<String>> parameters) {
    Map<String, List<String>> sorted = new TreeMap<>(parameters);
    sorted.keySet().removeAll(OF_A_PAGE);
    sorted.replaceAll((name, values) -> values.stream().sorted().toList());
    return path + " " + sorted;
  }

  /** The cursor of a place in the answer. */
  String cursor(Position position, boolean back) {
    return Cursor.encode(new Cursor.Place(position, back, asked), words);
  }
}
