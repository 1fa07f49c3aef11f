/** Tests of the room of the same name. */
@NullMarked
package io.messagelogger.running;

import org.jspecify.annotations.NullMarked;
