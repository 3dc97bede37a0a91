package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The places of runs at one service. A run keeps its place until it ends, over all its requests;
 * one user has at most half of the places. Those that wait get a place first come, first served,
 * except that a user with half of the places is passed over. Callable from any thread.
 */
final class Bulkhead {

  private final int places;
  private final int perUser;
  private final Set<PlaceKey> taken = new HashSet<>();
  private final Map<UserId, Integer> ofUser = new HashMap<>();
  private final Map<Object, Waiting> waiting = new LinkedHashMap<>();

  private record PlaceKey(UserId user, RunId run) {}

  private record Waiting(PlaceKey key, Runnable granted) {}

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
    waiting.put(call, new Waiting(key, granted));
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
    ofUser.computeIfPresent(key.user(), (user, count) -> count == 1 ? null : count - 1);
    Iterator<Waiting> each = waiting.values().iterator();
    while (each.hasNext()) {
      Waiting next = each.next();
      if (mayTake(next.key())) {
        take(next.key());
        each.remove();
        granted.add(next.granted());
      }
    }
    return granted;
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
      ofUser.merge(key.user(), 1, Integer::sum);
    }
  }
}
