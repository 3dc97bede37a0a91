package dev.parley.gateway.transport;

import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.codec.Utf8;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes text frames to commands. A frame that is not a valid command gets an error; too many of
 * them in a row close the connection.
 */
final class MessageDecoder extends SimpleChannelInboundHandler<WebSocketFrame> {

  private final int maxRejected;
  private final Connection connection;
  private final Closer closer;
  private @Nullable ByteArrayOutputStream begun;
  private int rejected;
  private boolean isOver;

  MessageDecoder(int maxRejected, Connection connection) {
    this.maxRejected = maxRejected;
    this.connection = connection;
    this.closer = connection.closer();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) throws IOException {
    if (isOver || closer.isClosing()) {
      return;
    }
    if (!frame.isFinalFragment()) {
      begun = joined(frame.content());
    } else if (begun == null) {
      decode(ctx, ByteBufUtil.getBytes(frame.content()));
    } else {
      byte[] text = joined(frame.content()).toByteArray();
      begun = null;
      decode(ctx, text);
    }
  }

  /** The fragments so far. The buffer grows by doubling, so each byte is copied a few times. */
  private ByteArrayOutputStream joined(ByteBuf content) throws IOException {
    ByteArrayOutputStream text = begun == null ? new ByteArrayOutputStream() : begun;
    content.getBytes(content.readerIndex(), text, content.readableBytes());
    return text;
  }

  private void decode(ChannelHandlerContext ctx, byte[] text) {
    if (!Utf8.isValid(text)) {
      end(ctx, CloseReason.BAD_UTF8);
      return;
    }
    ClientCommand command;
    try {
      command = MessageCodec.decode(text);
    } catch (RefusedException e) {
      refuse(ctx, e);
      return;
    }
    rejected = 0;
    ctx.fireChannelRead(command);
  }

  private void end(ChannelHandlerContext ctx, CloseReason reason) {
    isOver = true;
    new Violation(reason).pass(ctx, closer);
  }

  private void refuse(ChannelHandlerContext ctx, RefusedException refused) {
    connection.reject(refused.answer());
    rejected++;
    if (rejected >= maxRejected) {
      end(ctx, CloseReason.ABUSE);
    }
  }
}
