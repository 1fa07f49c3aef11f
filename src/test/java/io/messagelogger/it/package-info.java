/**
 * Tests that need the whole service: the WAR on a real Liberty, a real Redis and a real PostgreSQL,
 * used as its users do.
 */
@NullMarked
package io.messagelogger.it;

import org.jspecify.annotations.NullMarked;
