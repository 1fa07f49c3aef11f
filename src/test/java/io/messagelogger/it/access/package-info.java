/** Who is let in, and where: on a server of its own that asks who one is. */
@NullMarked
package io.messagelogger.it.access;

import org.jspecify.annotations.NullMarked;
