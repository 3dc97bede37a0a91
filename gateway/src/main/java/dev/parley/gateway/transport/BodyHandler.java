package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Problem;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;

/** Joins a request with its body, of 64 KiB at most. */
final class BodyHandler extends HttpObjectAggregator {

  private static final int MAX_BYTES = 64 * 1024;

  private final Refusals refusals;

  BodyHandler(Refusals refusals) {
    super(MAX_BYTES);
    this.refusals = refusals;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
    String detail = "body: expected " + MAX_BYTES + " bytes at most";
    refusals.refuse(ctx, Problem.of(413, ErrorCode.FRAME_TOO_LARGE, detail));
  }
}
