/**
 * Tests of what is written for readers. Belongs here: that README and docs agree with the code and
 * the build. Does not belong here: tests of the service.
 */
@NullMarked
package io.messagelogger.docs;

import org.jspecify.annotations.NullMarked;
