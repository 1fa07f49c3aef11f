/** Tests of the room of the same name. */
@NullMarked
package io.messagelogger.store.upkeep;

import org.jspecify.annotations.NullMarked;
