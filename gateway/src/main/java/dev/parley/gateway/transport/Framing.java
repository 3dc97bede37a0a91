package dev.parley.gateway.transport;

import dev.parley.gateway.user.thread.Frame;
import io.netty.buffer.ByteBuf;

/** The form of frames on the wire. Holds no state of a channel. */
interface Framing {

  /** Maximum number of bytes that it adds to a frame. */
  int maxOverhead();

  void text(ByteBuf buffer, Frame frame);

  /** The end of the connection, with a code and a reason of {@code CloseReason}. */
  void close(ByteBuf buffer, int code, String reason);
}
