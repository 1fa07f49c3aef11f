/**
 * REST for dead letters. Belongs here: the resource and its JSON. Does not belong here: how letters
 * are stored or put back into the queue.
 */
@NullMarked
package io.messagelogger.api.letters;

import org.jspecify.annotations.NullMarked;
