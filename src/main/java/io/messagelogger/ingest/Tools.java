package io.messagelogger.ingest;

import io.messagelogger.ingest.tracing.Tracing;
import io.messagelogger.message.MessageReader;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.store.writing.Canary;

/** What all writers of a server work with. Each of them is thread-safe. */
record Tools(
    MessageReader reader,
    ClaimQueue queue,
    BatchWriter batches,
    Canary canary,
    Leases leases,
    Quarantine quarantine,
    Pace pace,
    Halving halving,
    Events events,
    Tracing tracing) {}
