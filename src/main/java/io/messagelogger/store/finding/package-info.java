/**
 * Reads messages: by uuid, and pages of those that a filter selects. Every method that reads takes
 * the scope of the reader.
 */
@NullMarked
package io.messagelogger.store.finding;

import org.jspecify.annotations.NullMarked;
