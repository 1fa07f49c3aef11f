package io.messagelogger.queue;

import java.util.List;

/**
 * Messages that one owner holds under a lease until it acknowledges or releases them. Immutable;
 * the payloads are not to be changed.
 *
 * @param identity the claim's identity, which changes when it is taken over
 * @param deaths how many owners have died while they tried it, as far as that was noted
 * @param payloads the messages' bytes, the longest waiting first; empty when the claim holds a
 *     single message above the size limit, which stays in Redis
 * @param largeBytes the size of that message; 0 when there is none
 * @param last whether nothing waited behind it when it was made; not known of one that was taken
 *     over, and false
 */
public record Claim(Id identity, int deaths, List<byte[]> payloads, long largeBytes, boolean last) {

  /**
   * The identity of a claim.
   *
   * @param origin the part that stays the same when the claim is taken over
   * @param reaps how often it was taken over
   */
  public record Id(String origin, int reaps) {

    /** The identity of this text. */
    static Id of(String text) {
      int dot = text.lastIndexOf('.');
      return new Id(text.substring(0, dot), Integer.parseInt(text.substring(dot + 1)));
    }

    /** The identity as the keys in Redis have it. */
    String text() {
      return origin + '.' + reaps;
    }
  }

  /** The identity as text, as the keys in Redis have it. */
  public String id() {
    return identity.text();
  }

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
    return identity.reaps();
  }

  /** The part of the identity that stays the same when the claim is taken over. */
  public String origin() {
    return identity.origin();
  }
}
