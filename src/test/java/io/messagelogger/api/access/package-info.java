/** Tests of the room. */
@NullMarked
package io.messagelogger.api.access;

import org.jspecify.annotations.NullMarked;
