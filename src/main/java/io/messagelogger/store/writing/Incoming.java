package io.messagelogger.store.writing;

import io.messagelogger.message.Message;

/**
 * A message of a claim, to be stored.
 *
 * @param position its place in the claim, from 0
 * @param payload its bytes as they were queued, not to be changed
 * @param message what they say
 */
public record Incoming(int position, byte[] payload, Message message) {}
