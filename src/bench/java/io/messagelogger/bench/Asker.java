package io.messagelogger.bench;

import io.messagelogger.bench.Question.Request;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Asks a server over one connection that stays open, measures until the last byte of an answer, and
 * holds the answer against what it must be. Used by one thread.
 */
final class Asker {
  private static final int WARM_UP = 50;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final JsonFactory json = JsonFactory.builder().build();
  private final URI server;

  Asker(URI server) {
    this.server = server;
  }

  void warmUp(Question question) throws IOException, InterruptedException {
    for (int i = 0; i < WARM_UP; i++) {
      ask(question.requests().get());
    }
  }

  /**
   * Asks the question some times.
   *
   * @return how long each took, in nanoseconds
   */
  long[] measure(Question question, int times) throws IOException, InterruptedException {
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      nanos[i] = ask(question.requests().get());
    }
    return nanos;
  }

  /**
   * Asks once.
   *
   * @return how long it took, in nanoseconds
   * @throws IOException when the answer is not what it must be
   */
  private long ask(Request request) throws IOException, InterruptedException {
    HttpRequest get =
        HttpRequest.newBuilder(server.resolve(request.path())).timeout(TIMEOUT).build();
    long start = System.nanoTime();
    HttpResponse<byte[]> answer = client.send(get, HttpResponse.BodyHandlers.ofByteArray());
    long nanos = System.nanoTime() - start;
    if (answer.statusCode() != request.status()) {
      throw new IOException(
          "%s is answered with %d instead of %d: %s"
              .formatted(
                  request.path(),
                  answer.statusCode(),
                  request.status(),
                  new String(answer.body(), StandardCharsets.UTF_8)));
    }
    int messages = messages(answer.body());
    if (messages != request.messages()) {
      throw new IOException(
          "%s is answered with %d messages instead of %d"
              .formatted(request.path(), messages, request.messages()));
    }
    return nanos;
  }

  /** Every message has one of these keys, and none of the corpus has it in its data. */
  private int messages(byte[] body) {
    int messages = 0;
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), body)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.PROPERTY_NAME
            && parser.currentName().equals("message_uuid")) {
          messages++;
        }
      }
    }
    return messages;
  }
}
