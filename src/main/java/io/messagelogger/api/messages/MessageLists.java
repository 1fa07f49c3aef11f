package io.messagelogger.api.messages;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Scope;
import io.messagelogger.access.Validity;
import io.messagelogger.api.Caller;
import io.messagelogger.api.Links;
import io.messagelogger.api.Outgoing;
import io.messagelogger.filter.Fault;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.InvalidParametersException;
import io.messagelogger.filter.QueryParameters;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.message.Printable;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.AbandonedException;
import io.messagelogger.store.finding.Export;
import io.messagelogger.store.finding.MessageFinder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers questions for lists: a page with links, or the whole as a stream. Thread-safe. */
@ApplicationScoped
public class MessageLists {
  private static final int DEFAULT_LIMIT = 100;

  /** A list of at most so many messages is answered as a page, without a snapshot. */
  private static final int SHORT = 500;

  private static final DateTimeFormatter FILE_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final MessageFinder finder;
  private final Links links;
  private final Exports exports;
  private final boolean guarded;
  private final Validity validity;
  private final Outgoing outgoing;

  /** Answers from the store. */
  @Inject
  public MessageLists(
      MessageFinder finder,
      Links links,
      Validity validity,
      Exports exports,
      Outgoing outgoing,
      Settings settings) {
    this.finder = finder;
    this.links = links;
    this.validity = validity;
    this.exports = exports;
    this.outgoing = outgoing;
    this.guarded = settings.text(Setting.CSV_FORMULAS).equals("guard");
  }

  /**
   * Answers a question.
   *
   * @param filter which messages, with what the path says
   * @param whole whether all are wanted where no limit is given, in JSON too
   */
  Response answer(HttpServletRequest request, ListQuestion question, Filter filter, boolean whole) {
    Integer limit = question.limit();
    boolean streamed = question.format() == Format.NDJSON || question.format() == Format.CSV;
    boolean all = limit == null && (whole || streamed);
    if (all && (streamed || question.place() != null)) {
      return export(request, question, filter);
    }
    int most = limit != null ? limit : all ? SHORT : DEFAULT_LIMIT;
    Position from = question.place() == null ? null : question.place().position();
    boolean back = question.place() != null && question.place().back();
    Scope scope = Caller.of(request).scope();
    MessageFinder.Page page = finder.search(filter, scope, question.order(), from, back, most);
    if (all && page.next() != null) {
      return export(request, question, filter);
    }
    return page(request, question, page);
  }

  /** Answers with messages that have been read. */
  Response.ResponseBuilder answer(
      HttpServletRequest request, Format format, List<Message> messages) {
    Response.ResponseBuilder response = begin(format);
    if (format == Format.MERMAID) {
      return response.entity(new Mermaid().add(messages).text());
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream(16_384);
    MessageOutput output = MessageOutput.of(format, body, null, false, guarded);
    output.begin();
    output.write(messages);
    output.end();
    outgoing.take(request, body.size());
    return response.entity(body.toByteArray());
  }

  private Response page(
      HttpServletRequest request, ListQuestion question, MessageFinder.Page page) {
    Response.ResponseBuilder response = begin(question.format());
    if (page.next() != null) {
      response.header(
          HttpHeaders.LINK, links.page(request, question.cursor(page.next(), false), "next"));
    }
    if (page.previous() != null) {
      response.header(
          HttpHeaders.LINK, links.page(request, question.cursor(page.previous(), true), "prev"));
    }
    if (page.searchedTo() != null) {
      response.header("Searched-To", page.searchedTo());
    }
    if (request.getMethod().equals("HEAD")) {
      return response.build();
    }
    Iterator<List<Message>> slices = page.slices();
    if (question.format() == Format.MERMAID) {
      Mermaid diagram = new Mermaid();
      slices.forEachRemaining(diagram::add);
      return response.entity(diagram.text()).build();
    }
    outgoing.take(request, page.bytes());
    return response
        .entity(
            new MessageStream(
                request,
                question,
                guarded,
                () -> slices.hasNext() ? slices.next() : null,
                MessageStream.Watch.NOBODY))
        .build();
  }

  private Response export(HttpServletRequest request, ListQuestion question, Filter filter) {
    if (question.place() != null && question.place().back()) {
      throw new InvalidParametersException(
          List.of(
              new Fault(
                  "after",
                  String.valueOf(QueryParameters.of(request.getQueryString()).once("after")),
                  "leads to the page before a message; it takes a limit")));
    }
    Response.ResponseBuilder response = begin(question.format());
    if (question.format() != Format.JSON) {
      response.header(
          HttpHeaders.CONTENT_DISPOSITION,
          "attachment; filename=\"messages-%s.%s\""
              .formatted(FILE_TIME.format(Instant.now()), question.format().word()));
    }
    if (request.getMethod().equals("HEAD")) {
      return response.build();
    }
    Reader reader = Caller.of(request).reader();
    Exports.Running running = exports.begin(Caller.of(request), what(request, reader));
    boolean handed = false;
    Exports.Outcome outcome = Exports.Outcome.FAILED;
    Export export = null;
    try {
      Position from = question.place() == null ? null : question.place().position();
      export = finder.export(filter, Caller.of(request).scope(), question.order(), from);
      // The first messages are read before the answer starts: what fails still gets its status.
      List<Message> first = export.slice();
      Response answer =
          response
              .entity(
                  new MessageStream(
                      request,
                      question,
                      guarded,
                      whileAdmitted(reader, new FirstOf(first, export)),
                      watching(export, running)))
              .build();
      handed = true;
      return answer;
    } catch (AbandonedException e) {
      outcome = Exports.Outcome.ABANDONED;
      throw e;
    } finally {
      if (!handed) {
        try {
          if (export != null) {
            export.close(); // fails when the database has gone
          }
        } finally {
          running.end(outcome);
        }
      }
    }
  }

  /** Without the query: what is looked for may be nobody's business. */
  private static String what(HttpServletRequest request, Reader reader) {
    String path = Printable.line(request.getRequestURI());
    return reader.name() == null ? path : path + " for " + Printable.line(reader.name());
  }

  /** Ends, as a failure does, when the reader's token ends or its key is revoked. */
  private MessageStream.Source whileAdmitted(Reader reader, MessageStream.Source source) {
    return () -> {
      if (!validity.holds(reader)) {
        throw new IllegalStateException("the token or key is no longer valid");
      }
      return source.next();
    };
  }

  private static MessageStream.Watch watching(Export export, Exports.Running running) {
    return new MessageStream.Watch() {
      @Override
      public void wrote(int messages) {
        running.wrote(messages);
      }

      @Override
      public void end(Exports.Outcome outcome) {
        try {
          export.close();
        } finally {
          running.end(outcome);
        }
      }
    };
  }

  /** What was read already, and then the rest. */
  private static final class FirstOf implements MessageStream.Source {
    private final Export export;
    private @Nullable List<Message> first;
    private boolean begun;

    FirstOf(@Nullable List<Message> first, Export export) {
      this.first = first;
      this.export = export;
    }

    @Override
    public @Nullable List<Message> next() {
      if (begun) {
        return export.slice();
      }
      begun = true;
      List<Message> slice = first;
      first = null;
      return slice;
    }
  }

  private static Response.ResponseBuilder begin(Format format) {
    return Response.ok()
        .header(HttpHeaders.CONTENT_TYPE, format.contentType())
        .header(HttpHeaders.VARY, "Accept, Origin") // replaces what a filter has set
        .header(HttpHeaders.CACHE_CONTROL, "private, no-cache");
  }
}
