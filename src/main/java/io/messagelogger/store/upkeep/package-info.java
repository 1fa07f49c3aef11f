/**
 * What is done to stored messages later: taking over the rows of the Python service, retention,
 * erasure.
 */
@NullMarked
package io.messagelogger.store.upkeep;

import org.jspecify.annotations.NullMarked;
