/**
 * Redis, PostgreSQL and the server for development: what the run command and the tests share, never
 * in the WAR. Belongs here: starting, stopping and killing real processes on loopback, and where
 * their data lies. Does not belong here: anything that knows messages, tables or keys.
 *
 * <p>Each process runs in its own session, so a terminal's Ctrl-C reaches the run command alone,
 * which stops the others in order. Each leaves a pid file in its data folder: whatever a killed run
 * left behind is found again by it, recognised by its command line, and stopped before a new one
 * starts.
 */
@NullMarked
package io.messagelogger.dev;

import org.jspecify.annotations.NullMarked;
