package io.messagelogger.store;

import org.jspecify.annotations.Nullable;

/**
 * A message of a claim that cannot be stored.
 *
 * @param position its place in the claim, from 0
 * @param payload its bytes as they were queued, not to be changed
 * @param reason why, in plain words
 * @param sqlState the SQLSTATE when the database refused it; null when it was not asked
 */
public record DeadLetter(int position, byte[] payload, String reason, @Nullable String sqlState) {}
