/** Tests of filters in memory; {@code store.finding} holds them against the database. */
@NullMarked
package io.messagelogger.filter;

import org.jspecify.annotations.NullMarked;
