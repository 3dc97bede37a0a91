package dev.parley.gateway.transport;

import dev.parley.gateway.user.thread.Frame;
import io.netty.buffer.ByteBuf;

/** How frames stand on the wire. It holds no state of a channel. */
interface Framing {

  /** The most bytes that it puts around a frame. */
  int mostAround();

  void text(ByteBuf buffer, Frame frame);

  /** The end, with a code and a reason of {@code CloseReason}. */
  void close(ByteBuf buffer, int code, String reason);
}
