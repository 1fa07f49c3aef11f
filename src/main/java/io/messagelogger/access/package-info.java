/**
 * Who may read what: the scope of a reader. A required argument of every method that reads
 * messages. Does not belong here: HTTP, tokens, SQL.
 */
@NullMarked
package io.messagelogger.access;

import org.jspecify.annotations.NullMarked;
