package dev.parley.gateway.agent.push;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.upstream.Places;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Places that a test gives away, on its thread. */
final class ScriptedPlaces implements Places {

  final Set<String> taken = new HashSet<>();
  final List<CompletableFuture<Void>> waiting = new ArrayList<>();
  boolean isFull;

  @Override
  public CompletableFuture<Void> enter(AgentRequest request) {
    CompletableFuture<Void> entered = new CompletableFuture<>();
    if (isFull && !taken.contains(request.run().value())) {
      waiting.add(entered);
    } else {
      taken.add(request.run().value());
      entered.complete(null);
    }
    return entered;
  }

  @Override
  public void leave(AgentRequest request) {
    taken.remove(request.run().value());
  }
}
