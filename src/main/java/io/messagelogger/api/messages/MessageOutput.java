package io.messagelogger.api.messages;

import io.messagelogger.message.CsvWriter;
import io.messagelogger.message.Message;
import io.messagelogger.message.MessageWriter;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages in one of the formats, from the beginning to the end. Used by one thread. */
abstract class MessageOutput {
  private long messages;

  /**
   * An output in this format.
   *
   * @param fields the keys that are wanted; null for all
   * @param endLine whether NDJSON ends in a line that says so
   * @param guarded whether formulas are guarded in CSV
   */
  static MessageOutput of(
      Format format,
      OutputStream out,
      @Nullable List<String> fields,
      boolean endLine,
      boolean guarded) {
    return switch (format) {
      case CSV ->
          new Csv(new CsvWriter(out, fields == null ? MessageWriter.KEYS : fields, guarded));
      case NDJSON -> new Lines(new MessageWriter(out, fields), endLine);
      default -> new Json(new MessageWriter(out, fields));
    };
  }

  abstract void begin();

  abstract void put(Message message);

  abstract void end();

  final void write(List<Message> some) {
    some.forEach(this::put);
    messages += some.size();
  }

  /** How many messages were written. */
  final long messages() {
    return messages;
  }

  private static final class Json extends MessageOutput {
    private final MessageWriter writer;

    Json(MessageWriter writer) {
      this.writer = writer;
    }

    @Override
    void begin() {
      writer.startArray();
    }

    @Override
    void put(Message message) {
      writer.write(message);
    }

    @Override
    void end() {
      writer.endArray();
      writer.close();
    }
  }

  private static final class Lines extends MessageOutput {
    private final MessageWriter writer;
    private final boolean endLine;

    Lines(MessageWriter writer, boolean endLine) {
      this.writer = writer;
      this.endLine = endLine;
    }

    @Override
    void begin() {
      // Lines have no beginning.
    }

    @Override
    void put(Message message) {
      writer.write(message);
    }

    @Override
    void end() {
      if (endLine) {
        writer.endLine(messages());
      }
      if (endLine || messages() > 0) {
        writer.newLine();
      }
      writer.close();
    }
  }

  private static final class Csv extends MessageOutput {
    private final CsvWriter writer;

    Csv(CsvWriter writer) {
      this.writer = writer;
    }

    @Override
    void begin() {
      writer.header();
    }

    @Override
    void put(Message message) {
      writer.write(message);
    }

    @Override
    void end() {
      writer.close();
    }
  }
}
