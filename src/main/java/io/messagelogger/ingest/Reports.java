package io.messagelogger.ingest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;

/** Tells whoever wants to know what becomes of claims. Thread-safe. */
@ApplicationScoped
class Reports {
  private final Event<BatchReport> batches;
  private final Event<Incident> incidents;

  /** For CDI's proxies. */
  protected Reports() {
    this.batches = null;
    this.incidents = null;
  }

  @Inject
  Reports(Event<BatchReport> batches, Event<Incident> incidents) {
    this.batches = batches;
    this.incidents = incidents;
  }

  void tell(BatchReport report) {
    batches.fire(report);
  }

  void tell(Incident.Kind kind, int messages) {
    incidents.fire(new Incident(kind, messages));
  }
}
