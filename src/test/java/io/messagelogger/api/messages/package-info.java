/** Tests of taking messages over REST that need no server. */
@NullMarked
package io.messagelogger.api.messages;

import org.jspecify.annotations.NullMarked;
