package io.messagelogger.dev;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Agents that go on talking: orders at a steady rate, each message at its time. One thread. */
public final class Agents {
  private final Scenario scenario;
  private final Duration between;
  private final PriorityQueue<Scenario.Step> waiting =
      new PriorityQueue<>(Comparator.comparing(Scenario.Step::at));
  private Instant nextOrder;

  /**
   * Agents that start at a time.
   *
   * @param orders how many are placed a minute; at least one
   */
  public Agents(Scenario scenario, Instant start, int orders) {
    this.scenario = scenario;
    this.between = Duration.ofMinutes(1).dividedBy(Math.max(1, orders));
    this.nextOrder = start;
  }

  /** What has become due by now, in the order of time. */
  public List<String> due(Instant now) {
    while (!nextOrder.isAfter(now)) {
      waiting.addAll(scenario.order(nextOrder));
      nextOrder = nextOrder.plus(between);
    }
    List<String> payloads = new ArrayList<>();
    while (!waiting.isEmpty() && !waiting.peek().at().isAfter(now)) {
      payloads.add(waiting.remove().payload());
    }
    return payloads;
  }

  /** When something becomes due next. */
  public Instant next() {
    return waiting.isEmpty() || nextOrder.isBefore(waiting.peek().at())
        ? nextOrder
        : waiting.peek().at();
  }
}
