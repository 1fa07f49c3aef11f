package io.messagelogger.ingest;

import java.time.Duration;

/**
 * What became of one claim, told when it is acknowledged.
 *
 * @param claimed messages that it held
 * @param stored new rows
 * @param duplicates messages that were stored before
 * @param deadLetters messages that cannot be stored, conflicts included
 * @param conflicts messages under whose uuid another is stored
 * @param expired of the stored, those that are older than messages are kept
 * @param ignoredKeys keys beside the nine, in all messages together
 * @param time from the claim to the commit
 */
public record BatchReport(
    int claimed,
    int stored,
    int duplicates,
    int deadLetters,
    int conflicts,
    int expired,
    int ignoredKeys,
    Duration time) {}
