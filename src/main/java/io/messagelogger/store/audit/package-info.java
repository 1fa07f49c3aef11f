/** The record of who read messages. Written for questions over REST, SSE and WebSocket alike. */
@NullMarked
package io.messagelogger.store.audit;

import org.jspecify.annotations.NullMarked;
