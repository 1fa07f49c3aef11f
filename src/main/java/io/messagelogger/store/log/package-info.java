/**
 * The commit log: which messages were stored by which batch, in the order in which the batches drew
 * their numbers. The live feed reads on, replays and resumes by it. Does not belong here: who is
 * shown what.
 */
@NullMarked
package io.messagelogger.store.log;

import org.jspecify.annotations.NullMarked;
