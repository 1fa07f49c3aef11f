/**
 * Tests of what is written for readers. Belongs here: that the README agrees with the code and the
 * build. Does not belong here: whether its examples run.
 */
@NullMarked
package io.messagelogger.docs;

import org.jspecify.annotations.NullMarked;
