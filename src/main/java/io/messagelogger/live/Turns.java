package io.messagelogger.live;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to be read for: the callers in turn, and the clients of each in turn, at most so
 * many of one caller at the same time. So a caller with many clients makes itself wait, and no one
 * else. Not thread-safe.
 */
final class Turns {
  private final int mostOfCaller;

  /** In the order in which they are next. */
  private final Map<String, ArrayDeque<Follower>> waiting = new LinkedHashMap<>();

  private final Map<String, Integer> reading = new HashMap<>();

  Turns(int mostOfCaller) {
    this.mostOfCaller = mostOfCaller;
  }

  /** A client waits. */
  void add(Follower follower) {
    waiting.computeIfAbsent(caller(follower), name -> new ArrayDeque<>()).add(follower);
  }

  /** Whose turn it is; null when nobody waits who may be read for now. */
  @Nullable Follower next() {
    Iterator<Map.Entry<String, ArrayDeque<Follower>>> each = waiting.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, ArrayDeque<Follower>> one = each.next();
      String caller = one.getKey();
      if (reading.getOrDefault(caller, 0) < mostOfCaller) {
        ArrayDeque<Follower> clients = one.getValue();
        Follower next = clients.remove();
        each.remove();
        if (!clients.isEmpty()) {
          waiting.put(caller, clients); // behind the others
        }
        reading.merge(caller, 1, Integer::sum);
        return next;
      }
    }
    return null;
  }

  /** It was read for; someone else of the same caller may be now. */
  void done(Follower follower) {
    reading.computeIfPresent(caller(follower), (name, count) -> count == 1 ? null : count - 1);
  }

  private static String caller(Follower follower) {
    return follower.client().request().countedAs();
  }
}
