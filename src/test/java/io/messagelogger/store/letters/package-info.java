/** Tests of the room of the same name. */
@NullMarked
package io.messagelogger.store.letters;

import org.jspecify.annotations.NullMarked;
