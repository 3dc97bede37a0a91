package dev.parley.gateway.agent.responses;

import dev.parley.gateway.fuzz.AnswerTarget;
import dev.parley.gateway.fuzz.FuzzTarget;

/** Answers in this dialect. */
public final class ResponseFuzz {

  private ResponseFuzz() {}

  public static FuzzTarget target() {
    return AnswerTarget.of(
        "responses", ResponseFuzz.class, "answer.sse", () -> Answers.begin().session);
  }
}
