/**
 * Redis: claiming messages from the queue under a lease, renewing, acknowledging, releasing and
 * reaping claims, and pushing. Every change of state is one Lua script, so a message is always in
 * exactly one place: the queue, or one registered claim. The only room with Lua. Knows nothing of
 * what the messages hold or where they go.
 *
 * <p>Keys: the queue is the list REDIS_QUEUE; a claim is a list {@code {queue}:claim:<id>}; the
 * sorted set {@code {queue}:claims} registers each claim with the end of its lease in milliseconds
 * of Redis' clock. The braces keep all of them in the hash slot of the queue itself.
 */
@NullMarked
package io.messagelogger.queue;

import org.jspecify.annotations.NullMarked;
