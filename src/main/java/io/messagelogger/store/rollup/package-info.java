/**
 * Messages counted by the hour, the day and thirty days, so that questions about many of them are
 * answered without reading them (decision 030). Here is what a count is, how counts are packed, who
 * notes that one does not hold any more, and which of them answer for a time. What makes them is
 * {@code store.upkeep.Refresh}; what asks them is {@code store.finding.Counting}.
 */
@NullMarked
package io.messagelogger.store.rollup;

import org.jspecify.annotations.NullMarked;
