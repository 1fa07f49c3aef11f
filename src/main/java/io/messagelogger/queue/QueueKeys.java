package io.messagelogger.queue;

import java.util.regex.Pattern;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The keys that a queue has in Redis, all in the hash slot of the list itself. The package says
 * what they hold. Immutable; the bytes are not to be changed.
 *
 * @param queue the list of what waits, and the channel of what is stored
 * @param register the claims and the ends of their leases
 * @param claimPrefix what comes before a claim's identity
 * @param taken how many messages were claimed
 * @param deaths how many owners have died over each claim
 */
record QueueKeys(byte[] queue, byte[] register, byte[] claimPrefix, byte[] taken, byte[] deaths) {
  private static final Pattern HASH_TAG = Pattern.compile(".*?\\{[^}]+}.*", Pattern.DOTALL);

  /** The keys of the queue of this name. */
  static QueueKeys of(String name) {
    // A name with a hash tag of its own hashes by that tag; one without hashes whole. One that has
    // a closing brace and no tag cannot be a tag: its keys lie apart, and a cluster is refused.
    String tagged = HASH_TAG.matcher(name).matches() ? name : "{" + name + "}";
    return new QueueKeys(
        Script.bytes(name),
        Script.bytes(tagged + ":claims"),
        Script.bytes(tagged + ":claim:"),
        Script.bytes(tagged + ":taken"),
        Script.bytes(tagged + ":deaths"));
  }

  /** Whether a cluster would keep all of them on one node. */
  boolean inOneSlot() {
    return JedisClusterCRC16.getSlot(queue) == JedisClusterCRC16.getSlot(register);
  }

  /** The key of one claim. */
  byte[] claim(String id) {
    byte[] name = Script.bytes(id);
    byte[] key = new byte[claimPrefix.length + name.length];
    System.arraycopy(claimPrefix, 0, key, 0, claimPrefix.length);
    System.arraycopy(name, 0, key, claimPrefix.length, name.length);
    return key;
  }
}
