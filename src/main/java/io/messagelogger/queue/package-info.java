/**
 * Redis: claiming messages from the queue under a lease, renewing, acknowledging, releasing and
 * reaping claims, and pushing. Every change of state is one Lua script, so a message is always in
 * exactly one place: the queue, or one registered claim. The only room with Lua. Knows nothing of
 * what the messages hold or where they go.
 *
 * <p>Keys: the queue is the list REDIS_QUEUE; a claim is a list {@code {queue}:claim:<id>}, or a
 * string when it holds one message above the size limit; the sorted set {@code {queue}:claims}
 * registers each claim with the end of its lease in milliseconds of Redis' clock; the hash {@code
 * {queue}:deaths} counts the owners that died over a claim; {@code {queue}:taken} counts the
 * messages that were claimed, and goes two seconds after all is done. The braces keep all of them
 * in the hash slot of the queue itself.
 */
@NullMarked
package io.messagelogger.queue;

import org.jspecify.annotations.NullMarked;
