package io.messagelogger.it.access;

import static io.messagelogger.testing.Client.message;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Issuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jose4j.jwt.JwtClaims;

/**
 * Callers who ask the same questions at the same time, each of whom may see messages of its own
 * only. What one of them is shown of another is a leak, and so is not being shown its own. Used by
 * one thread.
 */
final class Crowd implements AutoCloseable {
  private static final Pattern UUIDS =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final String mark = UUID.randomUUID().toString().substring(0, 8);
  private final Pattern names = Pattern.compile("c\\d\\d-" + mark);
  private final Guarded guarded;
  private final ExecutorService threads;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<One> all;
  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

  /** What others have stored before is not read for each of them. */
  private final String since = "since=" + Instant.now().minusSeconds(1);

  /** A caller, its two messages, and what its feeds have shown it. */
  private record One(String name, String token, UUID stored, UUID live, Queue<String> events) {}

  Crowd(Guarded guarded, int size) {
    this.guarded = guarded;
    this.threads = Executors.newFixedThreadPool(size);
    this.all = IntStream.range(0, size).mapToObj(this::one).toList();
  }

  private One one(int number) {
    String name = "c%02d-%s".formatted(number, mark);
    JwtClaims claims = Issuer.claims("caller-" + name, "reader");
    claims.setStringListClaim("subjects", List.of(name));
    return new One(
        name,
        guarded.issuer().token(claims),
        UUID.randomUUID(),
        UUID.randomUUID(),
        new ConcurrentLinkedQueue<>());
  }

  private String topic() {
    return "topic=t-" + mark;
  }

  private void push(One one, UUID uuid) {
    guarded
        .client()
        .push(
            message(
                uuid,
                one.name,
                Map.of(
                    "topic", "\"t-" + mark + "\"",
                    "destination_subject_ids", "[\"" + one.name + "\",\"to-" + one.name + "\"]",
                    "message_data", "{\"who\":\"" + one.name + "\"}",
                    "message_metadata", "{\"correlation_id\":\"" + mark + "\"}")));
  }

  /** Stores a message of each. */
  void store() {
    all.forEach(one -> push(one, one.stored));
    String reader = Guarded.secret("reader");
    await()
        .atMost(60, SECONDS)
        .until(
            () ->
                all.stream()
                    .allMatch(
                        one -> guarded.get("/messages/" + one.stored, reader).statusCode() == 200));
  }

  private List<String> questions(One one) {
    return List.of(
        "/messages/" + one.stored,
        "/messages/" + one.stored + "/related",
        "/messages?" + topic(),
        "/messages?format=ndjson&" + topic(),
        "/messages/subject/" + one.name,
        "/conversations/" + one.name + "/to-" + one.name,
        "/stats?by=source&" + topic(),
        "/stats?by=pair&bucket=1d&" + topic(),
        "/graph?" + topic(),
        "/terms?field=destination&prefix=to-c");
  }

  /** All ask everything at once; of others by uuid and by name too. */
  void ask() throws Exception {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      One one = all.get(i);
      One other = all.get((i + 7) % all.size());
      tasks.add(
          () -> {
            for (String question : questions(one)) {
              check(one, question, answer(one, question), 200);
            }
            for (String question : List.of("/messages/" + other.stored, related(other))) {
              // The answer repeats the uuid that was asked for.
              String body = answer(one, question).body().replace(other.stored.toString(), "");
              leaks.addAll(foreign(one, question, body));
              if (answer(one, question).statusCode() != 404) {
                leaks.add(one.name + " was answered " + question);
              }
            }
            return true;
          });
    }
    for (Future<Boolean> task : threads.invokeAll(tasks)) {
      task.get();
    }
  }

  private static String related(One one) {
    return "/messages/" + one.stored + "/related";
  }

  /** Those who come when as many are answered as may be come again. */
  private HttpResponse<String> answer(One one, String question) {
    return await()
        .atMost(120, SECONDS)
        .until(
            () -> guarded.get(question, one.token),
            response -> response.statusCode() != 503 && response.statusCode() != 429);
  }

  private void check(One one, String question, HttpResponse<String> response, int status) {
    String body = response.body();
    if (response.statusCode() != status || !body.contains(one.name)) {
      leaks.add(one.name + " was not shown its own by " + question + ": " + response.statusCode());
    }
    leaks.addAll(foreign(one, question, body + response.headers().map()));
  }

  private List<String> foreign(One one, String question, String shown) {
    List<String> found = new ArrayList<>();
    names
        .matcher(shown)
        .results()
        .map(MatchResult::group)
        .filter(name -> !name.equals(one.name))
        .forEach(name -> found.add(question + " has shown " + name));
    UUIDS
        .matcher(shown)
        .results()
        .map(MatchResult::group)
        .filter(uuid -> all.stream().anyMatch(other -> !other.equals(one) && owns(other, uuid)))
        .forEach(uuid -> found.add(question + " has shown " + uuid));
    return found;
  }

  private static boolean owns(One one, String uuid) {
    return one.stored.toString().equals(uuid) || one.live.toString().equals(uuid);
  }

  /** All are shown what was stored and what is stored then, by socket and by events. */
  void follow() {
    List<Socket> sockets = new ArrayList<>();
    List<Future<HttpResponse<Void>>> events = new ArrayList<>();
    for (One one : all) {
      Socket socket = new Socket();
      http.newWebSocketBuilder()
          .header("Authorization", "Bearer " + one.token)
          .buildAsync(
              URI.create(guarded.client().feed() + "/?envelope=1&" + since + "&" + topic()), socket)
          .join();
      sockets.add(socket);
      events.add(
          http.sendAsync(
              HttpRequest.newBuilder(
                      guarded.client().uri("/messages/live?" + since + "&" + topic()))
                  .header("Authorization", "Bearer " + one.token)
                  .build(),
              HttpResponse.BodyHandlers.fromLineSubscriber(new Lines(one.events))));
    }
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                sockets.stream().allMatch(socket -> shows(socket.frames(), "caught_up"))
                    && all.stream().allMatch(one -> shows(one.events, "caught_up")));
    all.forEach(one -> push(one, one.live));
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                IntStream.range(0, all.size())
                    .allMatch(
                        i ->
                            shows(sockets.get(i).frames(), all.get(i).live.toString())
                                && shows(all.get(i).events, all.get(i).live.toString())));
    for (int i = 0; i < all.size(); i++) {
      One one = all.get(i);
      for (var shown : List.of(sockets.get(i).frames(), List.copyOf(one.events))) {
        if (!shows(shown, one.stored.toString())) {
          leaks.add(one.name + " was not replayed its own");
        }
        leaks.addAll(foreign(one, "the feed", String.join("\n", shown)));
      }
      sockets.get(i).abort();
      events.get(i).cancel(true);
    }
  }

  private static boolean shows(Collection<String> shown, String text) {
    return shown.stream().anyMatch(line -> line.contains(text));
  }

  /** What has shown something to the wrong ones, or not to the right ones, each once. */
  List<String> leaks() {
    return leaks.stream()
        .map(leak -> UUIDS.matcher(names.matcher(leak).replaceAll("NAME")).replaceAll("UUID"))
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
