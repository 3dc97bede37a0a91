package dev.parley.gateway.agent.agui;

import dev.parley.gateway.fuzz.AnswerTarget;
import dev.parley.gateway.fuzz.FuzzTarget;

/** Runs of AG-UI agents. */
public final class AguiFuzz {

  private AguiFuzz() {}

  public static FuzzTarget target() {
    return AnswerTarget.of(
        "agui", AguiFuzz.class, "run.sse", () -> AguiPlay.begin(AguiPlay.said("Alt")).session);
  }
}
