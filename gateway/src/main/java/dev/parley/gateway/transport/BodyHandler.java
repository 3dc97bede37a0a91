package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Refusal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpStatusClass;
import org.jspecify.annotations.Nullable;

/** Aggregates a request and its body, up to the maximum size of a message. */
final class BodyHandler extends HttpObjectAggregator {

  private final Refusals refusals;
  private final int maxBytes;

  BodyHandler(int maxBytes, Refusals refusals) {
    super(maxBytes);
    this.maxBytes = maxBytes;
    this.refusals = refusals;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
    refusals.refuse(ctx, tooLarge());
  }

  /** The response to {@code Expect} (RFC 9110, section 10.1.1). A refusal says why. */
  @Override
  protected @Nullable Object newContinueResponse(
      HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
    Object answer = super.newContinueResponse(start, maxContentLength, pipeline);
    if (answer instanceof FullHttpResponse refusal
        && refusal.status().codeClass() == HttpStatusClass.CLIENT_ERROR) {
      return Refusals.response(refusal.status().code() == 413 ? tooLarge() : unknownExpectation());
    }
    return answer;
  }

  private Refusal tooLarge() {
    String detail = "body: expected " + maxBytes + " bytes at most";
    return Refusal.of(ErrorCode.FRAME_TOO_LARGE, detail);
  }

  private static Refusal unknownExpectation() {
    String detail = "Expect: expected 100-continue";
    return Refusal.of(ErrorCode.INVALID_ARGUMENT, detail).as(HttpStatus.EXPECTATION_FAILED);
  }
}
