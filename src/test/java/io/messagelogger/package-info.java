/** Tests of the house as a whole. */
@NullMarked
package io.messagelogger;

import org.jspecify.annotations.NullMarked;
