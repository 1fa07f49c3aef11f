/** Tests of the room of the same name. */
@NullMarked
package io.messagelogger.store.schema;

import org.jspecify.annotations.NullMarked;
