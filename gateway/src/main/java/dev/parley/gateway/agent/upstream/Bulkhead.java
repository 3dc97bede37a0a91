package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The places of runs at one service. A run keeps its place until it ends, over all its requests;
 * one user has at most half of the places. A place that becomes free goes to the tenant with the
 * fewest places of those that wait, there to the user with the fewest, and of one user to the run
 * that waits longest. A user with half of the places is passed over. Callable from any thread.
 */
final class Bulkhead {

  private final int places;
  private final int perUser;
  private final Set<PlaceKey> taken = new HashSet<>();
  private final Map<UserId, Integer> ofUser = new HashMap<>();
  private final Map<String, Integer> ofTenant = new HashMap<>();

  /** By call, the first one first. */
  private final Map<Object, Waiting> waiting = new LinkedHashMap<>();

  private record PlaceKey(UserId user, RunId run) {}

  private record Waiting(Object call, PlaceKey key, Runnable granted) {}

  Bulkhead(int places) {
    this.places = places;
    this.perUser = Math.max(1, places / 2);
  }

  /**
   * Takes a place for a run, or waits for one.
   *
   * @param call names this call to {@link #giveUp}
   * @param granted run when the call got a place later, on any thread
   * @return whether the run has a place now
   */
  synchronized boolean enter(AgentRequest request, Object call, Runnable granted) {
    PlaceKey key = new PlaceKey(request.user(), request.run());
    if (mayTake(key)) {
      take(key);
      return true;
    }
    waiting.put(call, new Waiting(call, key, granted));
    return false;
  }

  /**
   * Waits no longer.
   *
   * @return whether the call still waited
   */
  synchronized boolean giveUp(Object call) {
    return waiting.remove(call) != null;
  }

  /** The run has ended. */
  void leave(AgentRequest request) {
    for (Runnable granted : release(new PlaceKey(request.user(), request.run()))) {
      granted.run();
    }
  }

  private synchronized List<Runnable> release(PlaceKey key) {
    List<Runnable> granted = new ArrayList<>();
    if (!taken.remove(key)) {
      return granted;
    }
    count(key.user(), -1);
    for (Waiting next = next(); next != null; next = next()) {
      take(next.key());
      waiting.remove(next.call());
      granted.add(next.granted());
    }
    return granted;
  }

  /** Who gets the next place, of those that may have one now. */
  private @Nullable Waiting next() {
    Waiting best = null;
    long least = Long.MAX_VALUE;
    for (Waiting each : waiting.values()) {
      long rank = mayTake(each.key()) ? rank(each.key()) : Long.MAX_VALUE;
      if (rank < least) {
        least = rank;
        best = each;
      }
    }
    return best;
  }

  /** The least comes first. A run that has its place already needs none. */
  private long rank(PlaceKey key) {
    return taken.contains(key)
        ? -1
        : ((long) ofTenant.getOrDefault(key.user().tenant(), 0) << Integer.SIZE)
            + ofUser.getOrDefault(key.user(), 0);
  }

  synchronized int taken() {
    return taken.size();
  }

  synchronized int waiting() {
    return waiting.size();
  }

  private boolean mayTake(PlaceKey key) {
    return taken.contains(key)
        || (taken.size() < places && ofUser.getOrDefault(key.user(), 0) < perUser);
  }

  private void take(PlaceKey key) {
    if (taken.add(key)) {
      count(key.user(), 1);
    }
  }

  private void count(UserId user, int more) {
    add(ofUser, user, more);
    add(ofTenant, user.tenant(), more);
  }

  private static <K> void add(Map<K, Integer> counts, K key, int more) {
    counts.merge(key, more, (before, added) -> before + added == 0 ? null : before + added);
  }
}
