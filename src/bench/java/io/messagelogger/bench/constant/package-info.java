/** What a benchmark puts beside the service in its server, to know what the server can do. */
@NullMarked
package io.messagelogger.bench.constant;

import org.jspecify.annotations.NullMarked;
