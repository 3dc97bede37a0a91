package dev.parley.gateway.tests.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * Tests of the checks in {@link ThreadReader} and {@link RunReader}: a valid run passes, each
 * violation is caught.
 */
@Test(groups = "unit")
public class ThreadReaderTest {
  private ThreadReader reader;
  private long seq;

  @BeforeMethod(alwaysRun = true)
  public void subscribed() {
    reader = new ThreadReader();
    seq = 0;
    ObjectNode payload = Json.object().put("epoch", "e1").put("after", 0);
    reader.subscribed(
        new Received(Json.object().put("type", "subscribed").set("payload", payload)));
  }

  public void aWholeRunPasses() {
    event("agent_started", Json.object());
    event("tool_executing", Json.object().put("tool_call_id", "k1"));
    event("tool_completed", Json.object().put("tool_call_id", "k1"));
    event("agent_message", delta("a", 0));
    event("agent_message", delta("bc", 1));
    event("agent_completed", Json.object().put("text", "abc"));
    assertThat(reader.openRuns()).isZero();
    assertThat(reader.canonical()).hasSize(5).contains("abc");
  }

  public void aMissingEventIsCaught() {
    event("agent_started", Json.object());
    seq++;
    assertThatThrownBy(() -> event("agent_message", delta("a", 0))).hasMessageContaining("seq 2");
  }

  public void aDuplicateIsCaught() {
    event("agent_started", Json.object());
    seq--;
    assertThatThrownBy(() -> event("agent_started", Json.object())).hasMessageContaining("seq 2");
  }

  public void anEventAfterTheEndIsCaught() {
    event("agent_started", Json.object());
    event("agent_failed", Json.object());
    assertThatThrownBy(() -> event("agent_failed", Json.object()))
        .hasMessageContaining("nothing after the end");
  }

  public void anOpenToolAtTheEndIsCaught() {
    event("agent_started", Json.object());
    event("tool_executing", Json.object().put("tool_call_id", "k1"));
    assertThatThrownBy(() -> event("agent_cancelled", Json.object())).hasMessageContaining("[k1]");
  }

  public void aFinalTextThatDiffersFromItsDeltasIsCaught() {
    event("agent_started", Json.object());
    event("agent_message", delta("a", 0));
    assertThatThrownBy(() -> event("agent_completed", Json.object().put("text", "b")))
        .hasMessageContaining("text: a");
  }

  public void aWrongOffsetIsCaught() {
    event("agent_started", Json.object());
    assertThatThrownBy(() -> event("agent_message", delta("a", 1)))
        .hasMessageContaining("offset 0");
  }

  public void anEventBeforeItsStartIsCaught() {
    assertThatThrownBy(() -> event("agent_message", delta("a", 0)))
        .hasMessageContaining("agent_started before it");
  }

  private static ObjectNode delta(String text, int offset) {
    return Json.object().put("message_id", "m_1").put("delta", text).put("offset", offset);
  }

  private void event(String type, ObjectNode payload) {
    ObjectNode event = Json.object().put("type", type).put("seq", ++seq).put("run_id", "r_1");
    reader.event(new Received(event.set("payload", payload)));
  }
}
