/** Tests of the room of the same name. */
@NullMarked
package io.messagelogger.live;

import org.jspecify.annotations.NullMarked;
