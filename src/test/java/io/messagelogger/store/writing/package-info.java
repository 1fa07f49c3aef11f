/** Tests of the room of the same name. */
@NullMarked
package io.messagelogger.store.writing;

import org.jspecify.annotations.NullMarked;
