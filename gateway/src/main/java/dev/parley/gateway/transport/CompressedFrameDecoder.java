package dev.parley.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;

/**
 * Netty's decoder of frames for a connection with permessage-deflate: RSV1 is allowed in the first
 * frame of a message (RFC 7692, section 6), and no other reserved bit (RFC 6455, section 5.2). The
 * first byte of a frame decides, before any of its payload has come.
 */
final class CompressedFrameDecoder extends WebSocket13FrameDecoder {

  /** As {@code WebSocketFrame.rsv} has it. */
  static final int RSV1 = 4;

  private static final int RSV1_BIT = 0x40;
  private static final int OTHER_BITS = 0x30;
  private static final int OPCODE = 0x0F;
  private static final int TEXT = 0x1;
  private static final int BINARY = 0x2;

  private boolean isWithinFrame;
  private boolean isBroken;

  /** The settings must allow extensions. */
  CompressedFrameDecoder(WebSocketDecoderConfig config) {
    super(config);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
      throws Exception {
    if (!isBroken && !isWithinFrame && bytes.isReadable()) {
      isBroken = !isAllowed(bytes.getByte(bytes.readerIndex()));
      if (isBroken) {
        bytes.skipBytes(bytes.readableBytes());
        throw new CorruptedWebSocketFrameException(
            WebSocketCloseStatus.PROTOCOL_ERROR, "reserved bits (expected: RSV1 at a beginning)");
      }
    }
    if (isBroken) {
      bytes.skipBytes(bytes.readableBytes());
      return;
    }
    int before = bytes.readableBytes();
    super.decode(ctx, bytes, out);
    if (!out.isEmpty()) {
      isWithinFrame = false;
    } else if (bytes.readableBytes() < before) {
      isWithinFrame = true;
    }
  }

  private static boolean isAllowed(byte first) {
    int opcode = first & OPCODE;
    boolean mayBegin = opcode == TEXT || opcode == BINARY;
    return (first & OTHER_BITS) == 0 && ((first & RSV1_BIT) == 0 || mayBegin);
  }
}
