/**
 * Puts dead letters back into the queue, many at a time and in the background. Joins store.letters
 * and queue, which do not know each other.
 */
@NullMarked
package io.messagelogger.requeue;

import org.jspecify.annotations.NullMarked;
