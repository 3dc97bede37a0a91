package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.fuzz.AnswerTarget;
import dev.parley.gateway.fuzz.FuzzTarget;

/** Answers in this dialect. */
public final class AnthropicFuzz {

  private AnthropicFuzz() {}

  public static FuzzTarget target() {
    return AnswerTarget.of(
        "anthropic", AnthropicFuzz.class, "answer.sse", () -> Conversation.begin().session);
  }
}
