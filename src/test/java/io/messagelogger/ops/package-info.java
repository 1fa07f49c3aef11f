/** Tests of what operators see, as far as it needs no server. */
@NullMarked
package io.messagelogger.ops;

import org.jspecify.annotations.NullMarked;
