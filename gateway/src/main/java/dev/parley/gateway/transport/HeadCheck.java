package dev.parley.gateway.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Checks the head of a request before its body is read. Called on the channel's loop. */
@FunctionalInterface
public interface HeadCheck {

  /**
   * The refusal of a request, which the caller writes; empty if the body is to be read. The stage
   * completes at once or later on the channel's loop, and does not fail.
   */
  CompletionStage<Optional<FullHttpResponse>> answer(ChannelHandlerContext ctx, HttpRequest head);
}
