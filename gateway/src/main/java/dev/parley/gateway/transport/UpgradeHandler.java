package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.Principal;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers 101 and turns the pipeline into that of a WebSocket. */
@Sharable
final class UpgradeHandler extends SimpleChannelInboundHandler<Handshake> {

  /** Replaces the stages of HTTP by those of a WebSocket. */
  @FunctionalInterface
  interface Stages {
    void upgrade(
        ChannelPipeline pipeline, @Nullable Principal principal, Optional<DeflateOffer> deflate);
  }

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final boolean compression;
  private final Stages stages;

  /** Accepts offers of permessage-deflate if there is compression and the user is known. */
  UpgradeHandler(boolean compression, Stages stages) {
    this.compression = compression;
    this.stages = stages;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Handshake handshake) {
    Principal principal = handshake.principal();
    Optional<DeflateOffer> deflate =
        compression && principal != null
            ? DeflateOffer.first(handshake.extensions())
            : Optional.empty();
    ctx.write(response(handshake.key(), deflate));
    if (principal == null) {
      ctx.flush(); // else the welcome goes with the answer, in one call of the system
    }
    stages.upgrade(ctx.pipeline(), principal, deflate);
  }

  private static FullHttpResponse response(String key, Optional<DeflateOffer> deflate) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key))
        .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, Handshake.SUBPROTOCOL);
    deflate.ifPresent(
        offer -> response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, offer.header()));
    return response;
  }

  /** RFC 6455, section 4.2.2, item 5.4. */
  private static String accept(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1: missing (expected: every Java has it)", e);
    }
  }
}
