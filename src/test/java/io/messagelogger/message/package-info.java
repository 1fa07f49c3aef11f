/**
 * Tests of reading, checking and writing messages. What PostgreSQL takes and refuses was compared
 * with PostgreSQL 15 by hand; the tests themselves need neither a server nor a network.
 */
@NullMarked
package io.messagelogger.message;

import org.jspecify.annotations.NullMarked;
