/**
 * Faults: the service is killed, its Redis and its database are taken away, and afterwards an
 * oracle that knows what Redis had acknowledged judges: nothing missing, nothing invented, nothing
 * twice, and a fresh message passes. Each test also proves that its fault hit while there was work
 * under way.
 */
@NullMarked
package it.fault;

import org.jspecify.annotations.NullMarked;
