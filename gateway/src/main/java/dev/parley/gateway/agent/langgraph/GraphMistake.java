package dev.parley.gateway.agent.langgraph;

import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;

/** What a service sends against the rules of its API, or beyond what is kept of one run. */
final class GraphMistake {

  /** The maximum number of messages and of tool calls of a run. */
  static final int MAX_ITEMS = 10_000;

  private GraphMistake() {}

  /** The field has a value that was not expected. */
  static UpstreamException of(String field, String value, String expectation) {
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_PROTOCOL, Texts.expected(field, value, expectation));
  }

  /** Refuses one more of these. */
  static void checkCount(String what, int count) throws UpstreamException {
    if (count >= MAX_ITEMS) {
      throw of(what, "one more", "at most " + MAX_ITEMS + " in a run");
    }
  }
}
