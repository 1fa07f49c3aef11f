/** Tests of the room of the same name that need no server. */
@NullMarked
package io.messagelogger.api;

import org.jspecify.annotations.NullMarked;
