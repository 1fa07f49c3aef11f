package io.messagelogger.ingest;

import java.util.function.Consumer;

/**
 * To whom the loops tell what they do: to whoever observes the CDI events, in the server.
 *
 * @param incidents what kept a claim from going straight to its end
 * @param reports what became of each claim
 */
record Events(Consumer<Incident> incidents, Consumer<BatchReport> reports) {
  void tell(Incident incident) {
    incidents.accept(incident);
  }

  void tell(BatchReport report) {
    reports.accept(report);
  }
}
