package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.ServerSignal;

/** Text frames of a connection: commands in, signals out. Callable from any thread. */
public final class MessageCodec {

  private MessageCodec() {}

  /**
   * The command in one text frame (UTF-8, already checked).
   *
   * @throws RefusedException when the frame is no command; it names the field and the expectation
   */
  public static ClientCommand decode(byte[] frame) {
    return CommandDecoder.decode(frame);
  }

  /** The text frame of a signal. */
  public static byte[] encode(ServerSignal signal) {
    return SignalEncoder.encode(signal);
  }
}
