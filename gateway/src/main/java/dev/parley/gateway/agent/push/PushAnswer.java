package dev.parley.gateway.agent.push;

/** What became of a {@link PushedBatch}. */
public sealed interface PushAnswer {

  /** It is stored durably. */
  record Taken() implements PushAnswer {}

  /**
   * It was stored before; nothing was added.
   *
   * @param epoch of the newest batch of this producer
   * @param sequence of the newest batch of this producer
   */
  record Duplicate(long epoch, long sequence) implements PushAnswer {}

  /**
   * A later life of this producer has added events; nothing was added.
   *
   * @param epoch of the later life
   */
  record Stale(long epoch) implements PushAnswer {}

  /**
   * An earlier batch is missing; nothing was added.
   *
   * @param expected the sequence that comes next
   */
  record Gap(long expected) implements PushAnswer {}

  /** The run is not open in this process; nothing was added, or the run ended meanwhile. */
  record NotOpen() implements PushAnswer {}
}
