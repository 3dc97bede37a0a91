package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;

/** What a service sends against the rules of its API, or beyond what is kept of one run. */
public final class ServiceMistake {

  /** The maximum number of messages, of tool calls, of sub-agents and of open steps of a run. */
  public static final int MAX_ITEMS = 10_000;

  private ServiceMistake() {}

  /** The field has a value that was not expected. */
  public static UpstreamException of(String field, String value, String expectation) {
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_PROTOCOL, Texts.expected(field, value, expectation));
  }

  /**
   * Refuses one more of these.
   *
   * @param what their name, in the plural
   * @param count how many there are already
   */
  public static void checkCount(String what, int count) throws UpstreamException {
    if (count >= MAX_ITEMS) {
      throw of(what, "one more", "at most " + MAX_ITEMS + " in a run");
    }
  }
}
