/**
 * The live feed: subscribes to the channel in Redis and shows what is published there, verbatim, to
 * the clients that ask for nothing; to the others what the log of commits says, live or later, each
 * stored message once. One bounded queue a client, and nobody waits for a slow one: it is closed,
 * or goes on from the table. WebSocket frames and server-sent events are made here, below the API
 * of the server. Does not belong here: SQL, and the order of the log.
 */
@NullMarked
package io.messagelogger.live;

import org.jspecify.annotations.NullMarked;
