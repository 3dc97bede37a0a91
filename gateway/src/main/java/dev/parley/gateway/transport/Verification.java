package dev.parley.gateway.transport;

import dev.parley.gateway.auth.Verified;
import dev.parley.gateway.protocol.Principal;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Awaits the verification of a token on a channel's loop. */
final class Verification {

  private Verification() {}

  /**
   * Passes the outcome on: in this call if the verification is complete, or else later, if the
   * channel is still open then. Called on the channel's loop, as the task is.
   *
   * @return whether it was complete; if not, the caller stops reading
   */
  static boolean await(
      ChannelHandlerContext ctx, CompletionStage<Principal> verification, Consumer<Verified> then) {
    CompletableFuture<Verified> verified = Verified.of(verification);
    if (verified.isDone()) {
      then.accept(verified.join());
      return true;
    }
    var ignored =
        verified.thenAcceptAsync(
            outcome -> {
              if (ctx.channel().isActive() && !ctx.isRemoved()) {
                pass(ctx, outcome, then);
              }
            },
            ctx.executor());
    return false;
  }

  private static void pass(ChannelHandlerContext ctx, Verified outcome, Consumer<Verified> then) {
    try {
      then.accept(outcome);
    } catch (RuntimeException fault) {
      ctx.fireExceptionCaught(fault); // to the failure handler, as during a read
    }
  }
}
