package dev.parley.gateway.http;

import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.monitor.ByteAccount;
import dev.parley.gateway.user.PageBudget;
import io.netty.channel.ChannelFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A page of events on its way: its bytes are part of the page budget until the socket is given
 * them, and are held in the user's account until it has taken them. Used on the request's loop, but
 * that the page itself comes on any thread.
 */
final class PageTurn {

  private static final int MOST_BYTES = 256 * 1024;

  private final PageBudget budget;
  private final ByteAccount account;
  private final Runnable onEnd;
  private long held;

  /** Runs the task when nothing of it is in memory any more. */
  PageTurn(PageBudget budget, ByteAccount account, Runnable onEnd) {
    this.budget = budget;
    this.account = account;
    this.onEnd = onEnd;
  }

  /** Reads when there is room, as many bytes as there is room for. */
  CompletionStage<EventPage> read(Executor loop, IntFunction<CompletionStage<EventPage>> read) {
    int bytes = account.isFull() ? ByteAccount.LEAST_ASK : MOST_BYTES;
    return budget
        .page(bytes, loop, () -> read.apply(bytes))
        .thenApply(
            page -> {
              held = page.bytes();
              return page;
            });
  }

  /** There is the answer, or there will be none. */
  void answered(@Nullable Response response) {
    if (response == null) {
      budget.give(held);
      end();
    } else {
      response.onSent(written -> sent(response, written));
    }
  }

  private void sent(Response response, ChannelFuture written) {
    budget.give(held);
    if (!written.isDone()) {
      account.add(response.length()); // only what the socket did not take at once is ever held
    }
    written.addListener(taken -> end());
  }

  private void end() {
    account.close();
    onEnd.run();
  }
}
