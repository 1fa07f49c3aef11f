package io.messagelogger.it;

import static io.messagelogger.testing.Client.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.testing.Client;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is large and allowed, on the heap of liberty/jvm.options. The server ends when its memory
 * does, so that it still answers is what is tested.
 */
class LargeIT extends OnServer {

  @AfterEach
  void itStillAnswers() {
    assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void messagesWithVeryManyRecipientsAreStored() {
    StringBuilder recipients = new StringBuilder("[");
    for (int i = 0; i < 130_000; i++) {
      recipients.append(i == 0 ? "\"" : ",\"").append(Integer.toString(46_656 + i, 36)).append('"');
    }
    String destinations = recipients.append(']').toString();
    List<UUID> uuids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      UUID uuid = UUID.randomUUID();
      uuids.add(uuid);
      client.push(message(uuid, "crowd", Map.of("destination_subject_ids", destinations)));
    }
    awaitDrained();
    uuids.forEach(
        uuid ->
            assertThat(
                    client.count(
                        "SELECT count(*) FROM message_destination WHERE message_uuid = '"
                            + uuid
                            + "'"))
                .isEqualTo(130_000));
  }

  @Test
  void aPageOfTheLargestMessagesIsStreamed() throws Exception {
    String source = "large-" + UUID.randomUUID();
    String data = "\"" + "x".repeat(1_048_000) + "\"";
    int count = 200;
    for (int i = 0; i < count; i++) {
      client.push(message(UUID.randomUUID(), source, Map.of("message_data", data)));
    }
    awaitDrained();
    assertThat(length("/messages/subject/" + source + "?limit=" + count))
        .isGreaterThan(count * 1_048_000L);
    assertThat(length("/messages/subject/" + source)).isGreaterThan(count * 1_048_000L);
  }

  private long length(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(client.uri(path)).build(),
                HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    try (InputStream body = response.body()) {
      long length = 0;
      byte[] buffer = new byte[65_536];
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        length += read;
      }
      return length;
    }
  }

  /** Redis makes it, so that nobody has it in memory but Redis. */
  @Test
  void aMessageLargerThanTheMemoryOfTheServerIsKeptWhole() throws Exception {
    int bytes = 400 << 20; // of a heap of 448 MiB, of which the server needs some for itself
    String before = "SELECT count(*) FROM dead_letter WHERE bytes = " + bytes;
    assertThat(client.count(before)).isZero();
    client
        .redis()
        .eval(
            "return redis.call('LPUSH', 'MESSAGES', string.rep('z', tonumber(ARGV[1])))",
            List.of(),
            List.of(Integer.toString(bytes)));
    awaitDrained();
    long id = client.count("SELECT dead_letter_id FROM dead_letter WHERE bytes = " + bytes);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] part = "z".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < bytes; i += part.length) {
      sha256.update(part);
    }
    assertThat(Client.object(client.get("/dead-letters/" + id).body()).getString("sha256"))
        .isEqualTo(HexFormat.of().formatHex(sha256.digest()));
    assertThat(length("/dead-letters/" + id + "/payload")).isEqualTo(bytes);
    HttpRequest.Builder discard =
        HttpRequest.newBuilder(client.uri("/dead-letters/" + id)).DELETE();
    assertThat(client.send(discard).statusCode()).isEqualTo(204);
  }

  /** Invariant: a request is taken whole (202) or not at all (503); the server never ends. */
  @Test
  void largeRequestsAtTheSameTimeAreTakenOneAfterTheOther() throws Exception {
    StringBuilder body = new StringBuilder("[");
    String data = "\"" + "y".repeat(470) + "\"";
    for (int i = 0; i < 11_000; i++) {
      body.append(i == 0 ? "" : ",")
          .append(message(UUID.randomUUID(), "many", Map.of("message_data", data)));
    }
    String json = body.append(']').toString();
    ExecutorService executor = Executors.newFixedThreadPool(8);
    List<Callable<Integer>> posts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      posts.add(() -> client.post("/messages", json).statusCode());
    }
    List<Integer> answers = new ArrayList<>();
    for (Future<Integer> answer : executor.invokeAll(posts)) {
      answers.add(answer.get());
    }
    executor.shutdown();
    assertThat(answers).contains(202).isSubsetOf(202, 503);
    awaitDrained();
  }
}
