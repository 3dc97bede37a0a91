package dev.parley.gateway.user;

import java.util.List;

/**
 * The answer to one ask: frames in order, and who is to be told when they are on their way. Used at
 * the user's home only.
 *
 * @param onTaken runs when the frames have been copied or dropped; callable from any thread, once
 */
public record Answer(List<Frame> frames, Runnable onTaken) {

  /** An answer that nobody waits to see gone. */
  static Answer of(List<Frame> frames) {
    return new Answer(frames, () -> {});
  }

  /** To be called exactly once, when the frames have been copied or will never be. */
  public void taken() {
    onTaken.run();
  }
}
