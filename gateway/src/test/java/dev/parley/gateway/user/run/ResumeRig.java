package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;

/** A user whose runs are resumed in the next process. */
abstract class ResumeRig {

  static final RawJson ONE = RawJson.of("{\"at\":1}");
  static final RawJson TWO = RawJson.of("{\"at\":2}");

  UserRig rig;
  Peer ada;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new UserRig();
    rig.agent.isResumable = true;
    ada = rig.connect();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  /** The next process, with the same agent. The one before is gone without a word. */
  void restart() {
    beginNext();
    resumeRuns();
  }

  /** Restarts, and waits until runs are resumed. */
  void resumed() {
    restart();
    rig.settle();
  }

  /** The next process, before it resumes runs. */
  void beginNext() {
    rig = new UserRig(rig.log, 1000);
    rig.agent.isResumable = true;
  }

  void resumeRuns() {
    Agents agents =
        new Agents(Map.of(new AgentName("builtin"), rig.agent, new AgentName("other"), rig.agent));
    Recovery recovery = new Recovery(rig.log, agents, ToldEnds.NONE, Clock.systemUTC());
    rig.contexts.resumeRuns(recovery.endOpenRuns().open());
  }

  static AgentEvent.Message text(String delta) {
    return new AgentEvent.Message(delta);
  }

  void emit(RawJson checkpoint, AgentEvent... events) {
    var ignored = rig.agent.job().sink.emitAll(List.of(events), checkpoint);
    rig.settle();
  }

  List<JsonNode> events(String thread) {
    Peer reader = rig.connect();
    reader.subscribe(thread, 0);
    rig.settle();
    return reader.seen.events(thread);
  }

  static String joined(List<JsonNode> events) {
    StringBuilder text = new StringBuilder();
    for (JsonNode event : events) {
      if (event.path("type").asText().equals("agent_message")) {
        JsonNode payload = event.path("payload");
        assertThat(payload.path("offset").asInt()).isEqualTo(text.length());
        text.append(payload.path("delta").asText());
      }
    }
    return text.toString();
  }
}
