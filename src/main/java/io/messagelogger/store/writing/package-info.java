/**
 * Writes a batch in one transaction: keys, rows, destinations and dead letters. The only place
 * where messages are stored.
 */
@NullMarked
package io.messagelogger.store.writing;

import org.jspecify.annotations.NullMarked;
