package io.messagelogger.bench;

import io.messagelogger.bench.Question.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.IntPredicate;

/**
 * What a corpus is asked. The same questions in the same order at every run. Used by one thread.
 */
final class Questions {
  private static final int LIMIT = 100;
  private static final int OLD_DAYS = 200;
  private static final int TYPE = 1;
  private static final long SEED = 42;

  private final Corpus corpus;
  private final SplittableRandom random = new SplittableRandom(SEED);

  Questions(Corpus corpus) {
    this.corpus = corpus;
  }

  List<Question> all() {
    Instant old = corpus.end().minus(Duration.ofDays(OLD_DAYS));
    return List.of(
        new Question("uuid", () -> known(corpus.size())),
        new Question("uuid of an old message", () -> known(corpus.firstFrom(old))),
        new Question("unknown uuid", this::unknown),
        page("subject with 1 message", "/messages/subject/rare?", corpus::rare),
        page("subject with 0.1 %", "/messages/subject/middling?", corpus::middling),
        page("subject with 20 %", "/messages/subject/hot?", corpus::hot),
        pageUntil("subject with 0.1 %, 200 days ago", Corpus.MIDDLING, old, corpus::middling),
        pageUntil("subject with 20 %, 200 days ago", Corpus.HOT, old, corpus::hot),
        page("newest of all", "/messages?", number -> true),
        page("topic with 10 %", "/messages?topic=" + Corpus.TOPIC + "&", corpus::topic),
        page("topic with 0.1 %", "/messages?topic=" + Corpus.RARE_TOPIC + "&", corpus::rareTopic),
        page(
            "topic with 10 % and type with 20 %",
            "/messages?topic=" + Corpus.TOPIC + "&type=type-" + TYPE + "&",
            number -> corpus.topic(number) && corpus.type(number) == TYPE),
        page(
            "subject with 20 % and topic with 0.1 %",
            "/messages?subject=" + Corpus.HOT + "&topic=" + Corpus.RARE_TOPIC + "&",
            number -> corpus.hot(number) && corpus.rareTopic(number)),
        new Question("topic with 10 %, a week", () -> week("topic=" + Corpus.TOPIC, corpus::topic)),
        new Question("type with 20 %, a week", this::typeOfWeek));
  }

  private Request known(int before) {
    return new Request("/messages/" + corpus.uuid(random.nextInt(before)), 200, 1);
  }

  private Request unknown() {
    return new Request("/messages/" + new UUID(random.nextLong(), random.nextLong()), 404, 0);
  }

  private Question page(String name, String path, IntPredicate meant) {
    Request request =
        new Request(path + "limit=" + LIMIT, 200, Corpus.count(0, corpus.size(), meant, LIMIT));
    return new Question(name, () -> request);
  }

  private Question pageUntil(String name, String subject, Instant until, IntPredicate meant) {
    Request request =
        new Request(
            "/messages?subject=%s&until=%s&limit=%d".formatted(subject, until, LIMIT),
            200,
            Corpus.count(0, corpus.firstFrom(until), meant, LIMIT));
    return new Question(name, () -> request);
  }

  private Request typeOfWeek() {
    int type = random.nextInt(Corpus.TYPES);
    return week("type=type-" + type, number -> corpus.type(number) == type);
  }

  private Request week(String filter, IntPredicate meant) {
    Instant since = corpus.start().plus(Duration.ofDays(random.nextInt(Corpus.DAYS)));
    Instant until = since.plus(Duration.ofDays(7));
    return new Request(
        "/messages?%s&since=%s&until=%s&limit=%d".formatted(filter, since, until, LIMIT),
        200,
        Corpus.count(corpus.firstFrom(since), corpus.firstFrom(until), meant, LIMIT));
  }
}
