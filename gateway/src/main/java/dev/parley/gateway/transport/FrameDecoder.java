package dev.parley.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Netty's decoder of frames, which can leave bytes to the decoder that replaces it. */
final class FrameDecoder extends WebSocket13FrameDecoder {

  private final BooleanSupplier isHeld;

  /** Decodes nothing while it is held; asked before each frame, on the channel's loop. */
  FrameDecoder(WebSocketDecoderConfig config, BooleanSupplier isHeld) {
    super(config);
    this.isHeld = isHeld;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
      throws Exception {
    if (!isHeld.getAsBoolean()) {
      super.decode(ctx, bytes, out);
    }
  }
}
