/** Tests of the room of the same name. */
@NullMarked
package io.messagelogger.store.finding;

import org.jspecify.annotations.NullMarked;
