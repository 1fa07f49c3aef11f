/**
 * Tests of reading, checking and writing messages. What PostgreSQL takes and refuses was compared
 * with PostgreSQL 15 by hand, and JsonbIT asks the database of the tests; the other tests need
 * neither a server nor a network. {@code mvn -Pfuzz} searches for more to test.
 */
@NullMarked
package io.messagelogger.message;

import org.jspecify.annotations.NullMarked;
