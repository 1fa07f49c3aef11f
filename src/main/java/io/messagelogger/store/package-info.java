/**
 * PostgreSQL: the schema, writing a batch in one transaction, reading, and what an SQLSTATE means.
 * The only room with SQL. Knows nothing of where messages come from or who asks.
 */
@NullMarked
package io.messagelogger.store;

import org.jspecify.annotations.NullMarked;
