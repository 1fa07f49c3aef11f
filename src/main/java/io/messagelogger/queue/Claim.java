package io.messagelogger.queue;

import java.util.List;

/**
 * Messages that one owner holds under a lease until it acknowledges or releases them. Immutable;
 * the payloads are not to be changed.
 *
 * @param id the claim's identity; it ends in a dot and the number of times that the claim was taken
 *     over
 * @param deaths how many owners have died while they tried it, as far as that was noted
 * @param payloads the messages' bytes, the longest waiting first; empty when the claim holds a
 *     single message above the size limit, which stays in Redis
 * @param largeBytes the size of that message; 0 when there is none
 * @param last whether nothing waited behind it when it was made; not known of one that was taken
 *     over, and false
 */
public record Claim(String id, int deaths, List<byte[]> payloads, long largeBytes, boolean last) {

  /** How many messages it holds. */
  public int size() {
    return large() ? 1 : payloads.size();
  }

  /** Whether it holds a single message above the size limit. */
  public boolean large() {
    return largeBytes > 0;
  }

  /** How often the claim was taken over from an owner that had gone; 0 for a fresh one. */
  public int reaps() {
    return Integer.parseInt(id.substring(id.lastIndexOf('.') + 1));
  }

  /** The part of the identity that stays the same when the claim is taken over. */
  public String origin() {
    return id.substring(0, id.lastIndexOf('.'));
  }
}
