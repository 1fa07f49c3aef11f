/** Tests of the room of the same name. */
@NullMarked
package io.messagelogger.condition;

import org.jspecify.annotations.NullMarked;
