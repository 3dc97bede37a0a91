package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.agent.AgentRequest;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The places in the {@link Bulkhead} of a service. Runs that had to wait go on on a loop. */
record RunPlaces(AgentService service, EventLoopGroup loops) implements Places {

  private static final Logger LOG = LoggerFactory.getLogger(RunPlaces.class);

  @Override
  public CompletableFuture<Void> enter(AgentRequest request) {
    CompletableFuture<Void> entered = new CompletableFuture<>();
    EventLoop loop = loops.next();
    if (service.bulkhead().enter(request, entered, () -> granted(request, entered, loop))) {
      entered.complete(null);
      return entered;
    }
    Runnable timer =
        service.time().schedule(loop, StreamCall.MAX_WAIT, () -> waitedTooLong(request, entered));
    entered.whenComplete(
        (done, failure) -> {
          timer.run();
          service.bulkhead().giveUp(entered);
        });
    return entered;
  }

  /** Never on the thread of the run that left: it may hold a lock. */
  private void granted(AgentRequest request, CompletableFuture<Void> entered, EventLoop loop) {
    loop.execute(
        () -> {
          if (!entered.complete(null)) {
            leave(request);
          }
        });
  }

  private void waitedTooLong(AgentRequest request, CompletableFuture<Void> entered) {
    if (service.bulkhead().giveUp(entered)) {
      UpstreamException full = Failures.noPlace(StreamCall.MAX_WAIT);
      service.onFailure().accept(full.code());
      LOG.info("run {}: agent {}: {}", request.run(), service.agent(), full.code().wire());
      entered.completeExceptionally(full);
    }
  }

  @Override
  public void leave(AgentRequest request) {
    service.bulkhead().leave(request);
  }
}
