/**
 * A client of the service for Java: an interface for MicroProfile Rest Client with its records. A
 * jar of its own, which needs nothing of the service. Belongs here: what a program sends and reads.
 * Does not belong here: anything of the other rooms.
 */
@NullMarked
package io.messagelogger.client;

import org.jspecify.annotations.NullMarked;
