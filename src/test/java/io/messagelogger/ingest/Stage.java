package io.messagelogger.ingest;

import io.messagelogger.ingest.tracing.Spans;
import io.messagelogger.ingest.tracing.Tracing;
import io.messagelogger.message.MessageReader;
import io.messagelogger.queue.Claim;
import io.messagelogger.testing.Sample;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Everything that a writer works with, without Redis and without a database. */
final class Stage {
  static final int MAX_MESSAGE_BYTES = 1 << 20;

  final FakeQueue queue = new FakeQueue();
  final FakeBatches batches = new FakeBatches();
  final Leases leases = new Leases(queue);
  final List<Incident> incidents = new ArrayList<>();
  final List<BatchReport> reports = new ArrayList<>();
  final CountDownLatch stopping = new CountDownLatch(1);
  final Writer writer = Writer.of("1", stopping);
  final Spans spans = new Spans();
  final Tools tools =
      new Tools(
          new MessageReader(MAX_MESSAGE_BYTES),
          queue,
          batches,
          batches.canary(),
          leases,
          new Quarantine(),
          new Pace(Duration.ZERO, 1),
          new Halving(java.time.Clock.systemUTC()),
          new Events(incidents::add, reports::add),
          Tracing.of(spans.telemetry()));

  /** A fresh claim of so many messages. */
  static Claim claim(int size) {
    return claim(0, 0, IntStream.range(0, size).mapToObj(i -> message()).toList());
  }

  /** A claim that was taken over. */
  static Claim claim(int reaps, int deaths, List<byte[]> payloads) {
    return new Claim(new Claim.Id("claim", reaps), deaths, payloads, 0, false);
  }

  /** A claim of one message that is not in memory. */
  static Claim large(long bytes) {
    return new Claim(new Claim.Id("claim", 0), 0, List.of(), bytes, false);
  }

  /** A message that can be stored. */
  static byte[] message() {
    return bytes(Sample.seed().with("message_uuid", "\"" + UUID.randomUUID() + "\"").json());
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
