/**
 * The schema: made or brought up to date at the start, the chunks of a hypertable, the grants of
 * the runtime role.
 */
@NullMarked
package io.messagelogger.store.schema;

import org.jspecify.annotations.NullMarked;
