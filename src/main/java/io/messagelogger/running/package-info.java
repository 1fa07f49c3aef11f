/**
 * What keeps a server running: conditions (whether something that the service depends on works, and
 * since when), pauses between tries, repeated tasks, the order of the stop. Does not belong here:
 * finding out what works.
 */
@NullMarked
package io.messagelogger.running;

import org.jspecify.annotations.NullMarked;
