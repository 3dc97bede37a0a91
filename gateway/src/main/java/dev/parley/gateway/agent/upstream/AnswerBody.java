package dev.parley.gateway.agent.upstream;

import io.netty.buffer.ByteBuf;

/** Reads the body of one answer. Used on the loop of its exchange. */
interface AnswerBody {

  /**
   * Takes the next bytes.
   *
   * @param isWhole whether nothing follows and nothing is missing
   */
  void take(ByteBuf bytes, boolean isWhole);

  /** The connection is lost before the end of the body. */
  void cut();

  /** Whether all that was taken is used, so that more may be read. */
  boolean wantsMore();

  /** The exchange is over. */
  void release();
}
