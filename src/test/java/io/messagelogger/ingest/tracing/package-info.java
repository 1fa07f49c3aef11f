/** Tests of the room of the same name. */
@NullMarked
package io.messagelogger.ingest.tracing;

import org.jspecify.annotations.NullMarked;
