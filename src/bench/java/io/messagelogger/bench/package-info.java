/**
 * Producing load and measuring what becomes of it, from outside of the service: Redis on one side,
 * HTTP on the other. Never in the WAR.
 */
@NullMarked
package io.messagelogger.bench;

import org.jspecify.annotations.NullMarked;
