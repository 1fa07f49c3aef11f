/**
 * What tests share: the services they run against, a client, databases of their own, sample
 * messages.
 */
@NullMarked
package io.messagelogger.testing;

import org.jspecify.annotations.NullMarked;
