/**
 * The live feed: subscribes to the channel in Redis and broadcasts what is published there, the
 * stored messages among it, to every WebSocket client. One bounded queue a client: a slow one is
 * closed, never waited for. The feed promises nothing across a lost connection; what is stored can
 * be queried.
 */
@NullMarked
package io.messagelogger.live;

import org.jspecify.annotations.NullMarked;
