package io.messagelogger.api.messages;

import io.messagelogger.api.PathText;
import io.messagelogger.api.ProblemException;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Field;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.Name;
import io.messagelogger.store.finding.Order;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** The messages between two subjects. Thread-safe. */
@Path("/")
@ApplicationScoped
public class ConversationsResource {
  private static final String PREFIX = "/conversations/";

  private final MessageLists lists;

  /** Answers with lists. */
  @Inject
  public ConversationsResource(MessageLists lists) {
    this.lists = lists;
  }

  /** What one of two subjects sent to the other, oldest first unless asked otherwise. */
  @GET
  @Path("{subjects: .*}")
  public Response between(@Context HttpServletRequest request) {
    String raw = request.getRequestURI();
    String path = raw.substring(raw.indexOf(PREFIX) + PREFIX.length());
    int slash = path.indexOf('/');
    if (slash <= 0 || slash == path.length() - 1 || path.indexOf('/', slash + 1) >= 0) {
      throw ProblemException.badRequest(
          "The path must be /conversations/{a}/{b} with two subjects (a slash in one is %2F)");
    }
    String one = subject("/" + path.substring(0, slash));
    String other = subject("/" + path.substring(slash + 1));
    ListQuestion question = ListQuestion.of(request, Order.OLDEST, Format.OF_CONVERSATIONS);
    Filter filter =
        question
            .filter()
            .and(
                new Criterion.AnyOf(
                    List.of(List.of(from(one), to(other)), List.of(from(other), to(one)))))
            .and(named(Field.SUBJECT, one))
            .and(named(Field.SUBJECT, other));
    return lists.answer(request, question, filter, false);
  }

  private static String subject(String raw) {
    return PathText.after("/", raw)
        .filter(subject -> subject.indexOf('\0') < 0)
        .orElseThrow(() -> ProblemException.badRequest("The path is not URL-encoded UTF-8"));
  }

  private static Criterion from(String subject) {
    return named(Field.SOURCE, subject);
  }

  private static Criterion to(String subject) {
    return named(Field.DESTINATION, subject);
  }

  private static Criterion named(Field field, String subject) {
    return new Criterion.Named(field, false, List.of(Name.exactly(subject)));
  }
}
