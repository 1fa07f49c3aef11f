package io.messagelogger.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.messagelogger.client.Accepted;
import io.messagelogger.client.Filter;
import io.messagelogger.client.Lines;
import io.messagelogger.client.Message;
import io.messagelogger.client.MessageLogger;
import io.messagelogger.client.Page;
import io.messagelogger.client.Paging;
import io.messagelogger.client.ProblemException;
import io.messagelogger.client.Statistics;
import jakarta.json.Json;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.microprofile.rest.client.RestClientBuilder;

/** What a program does with the client; {@link ClientIT} runs it with nothing but the jar. */
public final class ClientTour implements Consumer<URI> {
  private final String topic = "tour-" + UUID.randomUUID();

  @Override
  public void accept(URI service) {
    try (MessageLogger logger =
        RestClientBuilder.newBuilder().baseUri(service).build(MessageLogger.class)) {
      tour(logger);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void tour(MessageLogger logger) throws Exception {
    List<Message> sent = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      Message message =
          Message.of("tour ä ?&")
              .to("tour-b")
              .about(topic)
              .with(Json.createObjectBuilder().add("number", i).add("sum", i * 0.5).build());
      Instant time = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(i);
      sent.add(i % 5 == 0 ? message.acknowledged(Instant.now()) : message.at(time));
    }
    Accepted accepted = logger.send(sent.toArray(Message[]::new));
    assertThat(accepted.messageUuids()).isEqualTo(sent.stream().map(Message::messageUuid).toList());
    Filter ours = new Filter().topic(topic);
    await()
        .atMost(60, SECONDS)
        .until(() -> logger.statistics(ours, null, null, null).total().messages() == 25);

    Message first = sent.get(1);
    assertThat(logger.message(first.messageUuid())).isEqualTo(first);
    Message acknowledged = logger.message(sent.get(0).messageUuid());
    assertThat(acknowledged.ackTs()).isNotNull();
    assertThat(acknowledged.originTs()).isCloseTo(sent.get(0).originTs(), within());

    List<UUID> pages = new ArrayList<>();
    Paging paging = new Paging().order("oldest").limit(10);
    Page page = logger.messages(ours, paging);
    assertThat(page.previous()).isNull();
    for (; ; page = logger.messages(ours, paging.after(Objects.requireNonNull(page.next())))) {
      page.messages().forEach(message -> pages.add(message.messageUuid()));
      if (page.next() == null) {
        break;
      }
    }
    assertThat(page.previous()).isNotNull();
    assertThat(pages)
        .containsExactlyInAnyOrderElementsOf(sent.stream().map(Message::messageUuid).toList());
    assertThat(
            logger.conversation("tour ä ?&", "tour-b", ours, new Paging().limit(1_000)).messages())
        .hasSize(25);
    assertThat(logger.messages(new Filter().topic(topic, "!x").ack("present"), new Paging()))
        .extracting(found -> found.messages().size())
        .isEqualTo(5);
    assertThat(logger.related(first.messageUuid()).messages()).contains(first);

    try (InputStream export = logger.export(ours);
        Stream<Message> messages = Lines.of(export)) {
      assertThat(messages.map(Message::messageUuid).toList()).hasSize(25).contains(pages.get(0));
    }

    Statistics statistics = logger.statistics(ours, "auto", "pair", 1);
    assertThat(statistics.groups())
        .extracting(Statistics.Group::destination)
        .containsExactly("tour-b");
    assertThat(statistics.total().unacknowledged()).isEqualTo(20);
    assertThat(statistics.buckets().stream().mapToLong(bucket -> bucket.counts().messages()).sum())
        .isEqualTo(25);

    UUID unknown = UUID.randomUUID();
    assertThatThrownBy(() -> logger.message(unknown))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("No message has the uuid " + unknown)
        .extracting(problem -> ((ProblemException) problem).status())
        .isEqualTo(404);
    assertThatThrownBy(
            () -> logger.messages(new Filter().since("yesterday"), new Paging().limit(0)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem ->
                assertThat(problem.faults())
                    .extracting(ProblemException.Fault::parameter)
                    .containsExactlyInAnyOrder("since", "limit"));
  }

  private static org.assertj.core.data.TemporalUnitOffset within() {
    return org.assertj.core.api.Assertions.within(1, ChronoUnit.MILLIS);
  }
}
