package dev.parley.gateway.user.read;

import dev.parley.gateway.user.thread.Frame;
import java.util.List;

/**
 * The answer to one ask: frames in order. Used at the user's home only.
 *
 * @param onTaken runs when the frames have been copied or dropped; callable from any thread, once
 */
public record Answer(List<Frame> frames, Runnable onTaken) {

  /** An answer whose end nobody waits for. */
  static Answer of(List<Frame> frames) {
    return new Answer(frames, () -> {});
  }

  /** To be called exactly once, when the frames have been copied or will never be. */
  public void taken() {
    onTaken.run();
  }
}
