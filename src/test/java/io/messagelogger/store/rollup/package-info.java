/** What counts are and how they are packed. Nothing here needs a database. */
@NullMarked
package io.messagelogger.store.rollup;

import org.jspecify.annotations.NullMarked;
