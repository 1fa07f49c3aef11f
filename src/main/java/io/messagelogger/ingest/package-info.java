/**
 * The drainer: turns claims into transactions. Claims a batch, reads its messages, has them
 * written, and acknowledges when, and only when, that is committed. Outages are waited out with the
 * claim in hand; a message that the database refuses is looked for by halving. Knows neither Lua
 * nor SQL.
 */
@NullMarked
package io.messagelogger.ingest;

import org.jspecify.annotations.NullMarked;
