/**
 * Who may read what: the reader, its roles and its scope, which is a required argument of every
 * method that reads messages. Does not belong here: HTTP, tokens, SQL.
 */
@NullMarked
package io.messagelogger.access;

import org.jspecify.annotations.NullMarked;
