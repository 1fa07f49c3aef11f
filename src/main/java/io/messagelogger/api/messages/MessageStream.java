package io.messagelogger.api.messages;

import io.messagelogger.api.Caller;
import io.messagelogger.api.Connections;
import io.messagelogger.message.Message;
import io.messagelogger.store.AbandonedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The body of a list. When reading fails in the middle, the connection is cut, so that no client
 * takes a part for the whole. Used once, by one thread.
 */
final class MessageStream implements StreamingOutput {
  private static final Logger LOG = Logger.getLogger(MessageStream.class.getName());

  private final HttpServletRequest request;
  private final Caller caller;
  private final ListQuestion question;
  private final boolean guarded;
  private final Source source;
  private final Watch watch;

  /** Messages in order. */
  @FunctionalInterface
  interface Source {
    /** The next ones, perhaps none; null at the end. */
    @Nullable List<Message> next();
  }

  /** Is told how it goes, and of the end, whatever it is. */
  interface Watch {
    /** Of answers that nobody watches. */
    Watch NOBODY =
        new Watch() {
          @Override
          public void wrote(int messages) {}

          @Override
          public void end(Exports.Outcome outcome) {}
        };

    void wrote(int messages);

    void end(Exports.Outcome outcome);
  }

  /** A body. */
  MessageStream(
      HttpServletRequest request,
      ListQuestion question,
      boolean guarded,
      Source source,
      Watch watch) {
    this.request = request;
    this.caller = Caller.of(request);
    this.question = question;
    this.guarded = guarded;
    this.source = source;
    this.watch = watch;
  }

  @Override
  public void write(OutputStream out) throws IOException {
    Exports.Outcome outcome = Exports.Outcome.ABANDONED;
    try {
      MessageOutput output =
          MessageOutput.of(question.format(), out, question.fields(), question.endLine(), guarded);
      output.begin();
      for (List<Message> slice = source.next(); slice != null; slice = source.next()) {
        output.write(slice);
        caller.answered(slice.size());
        watch.wrote(slice.size());
      }
      output.end();
      outcome = Exports.Outcome.COMPLETE;
    } catch (AbandonedException e) {
      LOG.log(Level.FINE, "A client has gone after {0} messages", caller.rows());
      throw new IOException("the client has gone", e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof IOException gone) { // as writers tell it
        throw gone;
      }
      outcome = Exports.Outcome.FAILED;
      LOG.log(
          Level.WARNING,
          "An answer was cut, and its connection with it, after {0} messages: {1}",
          new Object[] {caller.rows(), e.toString()});
      Connections.cut(request);
      throw new IOException("the answer ends before its end", e);
    } finally {
      watch.end(outcome);
    }
  }
}
