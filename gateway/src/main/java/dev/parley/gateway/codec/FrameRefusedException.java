package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.ErrorBody;
import dev.parley.gateway.protocol.ServerSignal;

/**
 * A frame that is no command: {@code rejected} when it has a usable id, else {@code error}. It
 * carries no stack: hostile input must stay cheap.
 */
public final class FrameRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ServerSignal answer;

  FrameRefusedException(ServerSignal answer, ErrorBody error) {
    super(error.message(), null, false, false);
    this.answer = answer;
  }

  /** What the client is told. */
  public ServerSignal answer() {
    return answer;
  }
}
