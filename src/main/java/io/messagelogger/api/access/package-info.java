/**
 * Who asks, and whether they may: the filter in front of everything that is answered, tokens, keys,
 * tickets, limits, and {@code /me} and {@code /tickets}. One table says which role each path needs.
 * Does not belong here: which messages a scope holds (room access), and how rows are found.
 */
@NullMarked
package io.messagelogger.api.access;

import org.jspecify.annotations.NullMarked;
