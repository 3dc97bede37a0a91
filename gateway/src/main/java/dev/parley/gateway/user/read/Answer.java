package dev.parley.gateway.user.read;

import dev.parley.gateway.user.thread.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one ask: frames in order. Used at the user's home only.
 *
 * @param onTaken runs when the frames have been copied or dropped; callable from any thread, once
 * @param onWritten runs at home when the socket has taken the frames; absent when nobody waits for
 *     that
 */
public record Answer(List<Frame> frames, Runnable onTaken, @Nullable Runnable onWritten) {

  /** An answer whose end nobody waits for. */
  static Answer of(List<Frame> frames) {
    return new Answer(frames, () -> {}, null);
  }

  /** The same, with a task for when its frames are written. */
  Answer whenWritten(Runnable task) {
    return new Answer(frames, onTaken, task);
  }

  /** To be called exactly once, when the frames have been copied or will never be. */
  public void taken() {
    onTaken.run();
  }
}
