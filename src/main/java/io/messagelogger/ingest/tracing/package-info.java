/**
 * What a batch tells a tracing system: a span, with links to the traces that its messages name. The
 * only room that knows OpenTelemetry, and how the server's is configured.
 */
@NullMarked
package io.messagelogger.ingest.tracing;

import org.jspecify.annotations.NullMarked;
