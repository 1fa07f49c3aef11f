/**
 * The message itself: the record, reading and writing it as JSON, and every check that can be made
 * without asking anybody. The checks are PostgreSQL's own (what jsonb, text and timestamptz take),
 * so that what passes here is stored. Knows no Redis, no SQL and no HTTP.
 */
@NullMarked
package io.messagelogger.message;

import org.jspecify.annotations.NullMarked;
