/** Tests of the room. */
@NullMarked
package io.messagelogger.access;

import org.jspecify.annotations.NullMarked;
