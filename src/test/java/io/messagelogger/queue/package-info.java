/** Tests of the room of the same name. */
@NullMarked
package io.messagelogger.queue;

import org.jspecify.annotations.NullMarked;
