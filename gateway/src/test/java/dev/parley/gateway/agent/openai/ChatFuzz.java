package dev.parley.gateway.agent.openai;

import dev.parley.gateway.fuzz.AnswerTarget;
import dev.parley.gateway.fuzz.FuzzTarget;

/** Answers in this dialect. */
public final class ChatFuzz {

  private ChatFuzz() {}

  public static FuzzTarget target() {
    return AnswerTarget.of("chat", ChatFuzz.class, "answer.sse", () -> Chat.begin().session);
  }
}
