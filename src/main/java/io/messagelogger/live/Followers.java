package io.messagelogger.live;

import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Field;
import io.messagelogger.filter.Name;
import io.messagelogger.store.log.LogPosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The followers that are live. Used with the tailer's lock held.
 *
 * <p>Those who want everything are sent the same bytes, which are made once. Of the others each is
 * found by one of the terms of which a message must hold one for it to want it, a topic say; only
 * those whose filter has no such term are tried for every message. So what a message costs depends
 * on how many want it, and hardly on how many there are.
 */
final class Followers {
  private static final int SEGMENT_BYTES = 1 << 16;

  /** In the order in which they tell the most. */
  private static final List<Field> INDEXED =
      List.of(Field.TOPIC, Field.SOURCE, Field.DESTINATION, Field.SUBJECT, Field.TYPE);

  private record Term(Field field, String name) {}

  private final Set<Follower> all = new HashSet<>();
  private final Map<Item.Shape, Set<Follower>> wantingAll = new EnumMap<>(Item.Shape.class);
  private final Map<Term, Set<Follower>> byTerm = new HashMap<>();
  private final Set<Follower> others = new LinkedHashSet<>();

  int size() {
    return all.size();
  }

  Collection<Follower> all() {
    return all;
  }

  void add(Follower follower) {
    all.add(follower);
    if (follower.wantsAll()) {
      wantingAll.computeIfAbsent(follower.shape(), s -> new LinkedHashSet<>()).add(follower);
      return;
    }
    List<Term> terms = terms(follower);
    if (terms.isEmpty()) {
      others.add(follower);
    }
    terms.forEach(term -> byTerm.computeIfAbsent(term, t -> new LinkedHashSet<>()).add(follower));
  }

  void remove(Follower follower) {
    if (!all.remove(follower)) {
      return;
    }
    wantingAll.values().forEach(some -> some.remove(follower));
    others.remove(follower);
    for (Term term : terms(follower)) {
      Set<Follower> some = byTerm.get(term);
      if (some != null && some.remove(follower) && some.isEmpty()) {
        byTerm.remove(term);
      }
    }
  }

  /** Of which a message must hold one; none when the filter names no whole names. */
  private static List<Term> terms(Follower follower) {
    List<Criterion.Named> named =
        follower.client().request().filter().all(Criterion.Named.class).stream()
            .filter(one -> !one.negated() && one.names().stream().noneMatch(Name::prefix))
            .toList();
    for (Field field : INDEXED) {
      for (Criterion.Named one : named) {
        if (one.field() == field) {
          return one.names().stream().map(name -> new Term(field, name.text())).toList();
        }
      }
    }
    return List.of();
  }

  /**
   * Shows them what follows in the log.
   *
   * @param from the place before the messages
   * @return those that have fallen behind, who are no longer among these
   */
  List<Follower> show(List<Item> items, LogPosition from) {
    List<Follower> behind = new ArrayList<>();
    wantingAll.forEach((shape, some) -> showAll(items, from, shape, some, behind));
    Map<Follower, List<Item>> wanted = new LinkedHashMap<>();
    for (Item item : items) {
      for (Follower follower : candidates(item)) {
        if (follower.wants(item)) {
          wanted.computeIfAbsent(follower, f -> new ArrayList<>()).add(item);
        }
      }
    }
    wanted.forEach(
        (follower, some) -> {
          if (follower.position().isBefore(from)) {
            follower.position(from);
          }
          if (!follower.show(some)) {
            behind.add(follower);
          }
        });
    behind.forEach(this::remove);
    return behind;
  }

  private static void showAll(
      List<Item> items,
      LogPosition from,
      Item.Shape shape,
      Set<Follower> some,
      List<Follower> behind) {
    if (some.isEmpty()) {
      return;
    }
    Set<Follower> left = new LinkedHashSet<>(some);
    LogPosition before = from;
    for (int first = 0; first < items.size(); ) {
      List<byte[]> frames = new ArrayList<>();
      int bytes = 0;
      int to = first;
      while (to < items.size() && (to == first || bytes < SEGMENT_BYTES)) {
        byte[] frame = items.get(to++).frame(shape);
        frames.add(frame);
        bytes += frame.length;
      }
      byte[] segment =
          frames.size() == 1 ? frames.get(0) : Frames.join(frames.toArray(byte[][]::new));
      for (Follower follower : List.copyOf(left)) {
        if (!follower.client().offer(segment, frames.size())) {
          follower.position(before);
          left.remove(follower);
          behind.add(follower);
        }
      }
      before = items.get(to - 1).after();
      first = to;
    }
  }

  private Set<Follower> candidates(Item item) {
    if (byTerm.isEmpty()) {
      return others;
    }
    Set<Follower> candidates = new LinkedHashSet<>(others);
    for (Field field : INDEXED) {
      for (String name : field.names(item.message())) {
        candidates.addAll(byTerm.getOrDefault(new Term(field, name), Set.of()));
      }
    }
    return candidates;
  }
}
