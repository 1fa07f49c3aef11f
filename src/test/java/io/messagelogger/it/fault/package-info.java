/**
 * Faults: the service is killed at each step, its Redis, its database and the network between them
 * fail in every way, messages come that cannot be stored, and afterwards an oracle that knows what
 * Redis had acknowledged judges: nothing missing, nothing invented, nothing twice, nothing changed,
 * exactly the dead letters that there must be, and a fresh message passes. Each test also proves
 * that its fault hit while there was work under way.
 *
 * <p>The classes ending in IT are the short form, a part of the tests; {@link it.fault.Soak} is the
 * long one. Faults need services that can be killed, so all of them start embedded ones, whatever
 * the environment names.
 */
@NullMarked
package io.messagelogger.it.fault;

import org.jspecify.annotations.NullMarked;
