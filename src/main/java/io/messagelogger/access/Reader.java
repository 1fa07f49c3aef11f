package io.messagelogger.access;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Someone who asks, as established by a token or key, or anyone where that is allowed. Immutable.
 *
 * @param name who it is; null for anyone
 * @param roles what it may do; never operator with a scope that is not {@link Scope#ALL}, since
 *     dead letters and erasure know no subjects
 * @param scope which messages it may see
 * @param expires when the token ends; null when it does not
 * @param key the hash of the key it came with; null when it came with none
 */
public record Reader(
    @Nullable String name,
    Set<Role> roles,
    Scope scope,
    @Nullable Instant expires,
    @Nullable String key) {
  /** Anyone, who may do everything. */
  public static final Reader ANYONE =
      new Reader(null, EnumSet.allOf(Role.class), Scope.ALL, null, null);

  /** Takes the role of operator from those who may not see everything. */
  public Reader {
    EnumSet<Role> held = EnumSet.noneOf(Role.class);
    held.addAll(roles);
    if (!scope.all()) {
      held.remove(Role.OPERATOR);
    }
    roles = Set.copyOf(held);
  }

  /**
   * Whom limits count it as that refuse: the holder of a token or key by its name, a token never as
   * a key of the same name. Null for anyone: an address may be that of a proxy, and of many.
   */
  public @Nullable String limitedAs() {
    return name == null ? null : (key == null ? "token " : "key ") + name;
  }

  /**
   * Whom turns count it as, which refuse nobody: the same, and anyone else by where it comes from.
   *
   * @param place its address, or what stands for it
   */
  public String countedAs(String place) {
    String limited = limitedAs();
    return limited == null ? "at " + place : limited;
  }

  /** Whether it has a role. */
  public boolean is(Role role) {
    return roles.contains(role);
  }

  /** Whether its token has ended at this time. */
  public boolean expired(Instant now) {
    return expires != null && !now.isBefore(expires);
  }
}
