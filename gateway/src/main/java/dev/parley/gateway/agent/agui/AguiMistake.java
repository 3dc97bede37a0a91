package dev.parley.gateway.agent.agui;

import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;

/** What an agent does against the rules of AG-UI, or beyond what is kept of one run. */
final class AguiMistake {

  /** The maximum number of messages, tool calls, sub-agents and open steps of a run. */
  static final int MAX_ITEMS = 10_000;

  private AguiMistake() {}

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
