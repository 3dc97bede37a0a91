package dev.parley.gateway.http;

import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.limit.PageBudget;
import dev.parley.gateway.log.EventPage;
import io.netty.channel.ChannelFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for one page of events. Its bytes count in the page budget until they are written, and
 * in the user's account until the socket has taken them. Used on the request's loop; the page
 * itself arrives on any thread.
 */
final class PageInFlight {

  private static final int MAX_BYTES = 256 * 1024;

  private final PageBudget budget;
  private final ByteAccount account;
  private final Runnable onEnd;
  private long held;

  /** Runs the task when none of the page is in memory any more. */
  PageInFlight(PageBudget budget, ByteAccount account, Runnable onEnd) {
    this.budget = budget;
    this.account = account;
    this.onEnd = onEnd;
  }

  /** Reads a page when the budget has room; a small one when the user's account is full. */
  CompletionStage<EventPage> read(Executor loop, IntFunction<CompletionStage<EventPage>> read) {
    int bytes = account.isFull() ? ByteAccount.MIN_ASK : MAX_BYTES;
    return budget
        .page(bytes, loop, () -> read.apply(bytes), EventPage::bytes)
        .thenApply(
            page -> {
              held = page.bytes();
              return page;
            });
  }

  /** The answer is made, or there is none. */
  void answered(@Nullable Response response) {
    if (response == null) {
      budget.give(held);
      end();
    } else {
      response.countedElsewhere(); // in the account of the user
      response.onSent(written -> sent(response, written));
    }
  }

  private void sent(Response response, ChannelFuture written) {
    budget.give(held);
    if (!written.isDone()) {
      account.add(response.length()); // bytes that the socket took at once are not held
    }
    written.addListener(taken -> end());
  }

  private void end() {
    account.close();
    onEnd.run();
  }
}
