package dev.parley.gateway.agent.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.ToolStatus;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The bodies of calls that add events. */
@Test(groups = "unit")
public class PushedEventsTest {

  private static List<AgentEvent> read(String body) {
    return PushedEvents.read(body.getBytes(UTF_8));
  }

  private static String events(String... events) {
    return "{\"events\":[" + String.join(",", events) + "]}";
  }

  @DataProvider
  public Object[][] forms() {
    return new Object[][] {
      {"{'type':'agent_message','delta':'Hi é'}", new AgentEvent.Message("Hi é")},
      {"{'type':'agent_thinking','phase':'start'}", AgentEvent.Thinking.start()},
      {"{'type':'agent_thinking','phase':'delta','text':'hm'}", AgentEvent.Thinking.delta("hm")},
      {"{'type':'agent_thinking','phase':'end'}", AgentEvent.Thinking.end()},
      {"{'type':'agent_thinking','phase':'step','step':'look'}", AgentEvent.Thinking.step("look")},
      {
        "{'type':'agent_thinking','phase':'step','step':'look','progress':0.5}",
        new AgentEvent.Thinking(ThinkingPhase.STEP, null, "look", 0.5)
      },
      {
        "{'type':'tool_executing','tool_call_id':'k','tool_name':'look','arguments':{'a':[1, 2]}}",
        new AgentEvent.ToolStarted("k", "look", RawJson.of("{\"a\":[1, 2]}"))
      },
      {
        "{'type':'agent_thinking','phase':'delta','text':'hm',"
            + "'subagent':{'id':'s:1','name':'the writer','parent':'s:0'}}",
        AgentEvent.Thinking.delta("hm").by(new Subagent("s:1", "the writer", "s:0"))
      },
      {
        "{'type':'tool_executing','tool_call_id':'k','tool_name':'look','arguments':1,"
            + "'subagent':{'id':'s','name':'w'}}",
        new AgentEvent.ToolStarted("k", "look", RawJson.of("1"), new Subagent("s", "w"))
      },
      {
        "{'type':'tool_completed','tool_call_id':'k','status':'ok','result':null}",
        AgentEvent.ToolEnded.ok("k", RawJson.of("null"))
      },
      {
        "{'type':'tool_completed','tool_call_id':'k','status':'error','error':'no'}",
        AgentEvent.ToolEnded.error("k", "no")
      },
      {
        "{'type':'tool_completed','tool_call_id':'k','status':'denied'}",
        new AgentEvent.ToolEnded("k", ToolStatus.DENIED, null, null)
      },
      {"{'type':'thread_titled','title':'Sums'}", new AgentEvent.Titled("Sums")},
      {"{'type':'state_updated','snapshot':7}", new AgentEvent.State(false, RawJson.of("7"))},
      {"{'type':'state_updated','patch':[]}", new AgentEvent.State(true, RawJson.of("[]"))},
      {
        "{'type':'custom','name':'chart','value':'x'}",
        new AgentEvent.Custom("chart", RawJson.of("\"x\""))
      },
      {"{'type':'agent_completed'}", AgentEvent.Completed.stop()},
      {
        "{'type':'agent_completed','finish':'length','usage':{'total':3},'result':[1]}",
        new AgentEvent.Completed(Finish.LENGTH, RawJson.of("{\"total\":3}"), RawJson.of("[1]"))
      },
      {
        "{'type':'agent_failed','message':'broken'}",
        new AgentEvent.Failed(ErrorCode.AGENT_ERROR, "broken", false)
      },
      {
        "{'type':'agent_failed','code':'upstream_rate_limited','message':'busy','retryable':true,"
            + "'retry_after_ms':1500}",
        new AgentEvent.Failed(
            ErrorCode.UPSTREAM_RATE_LIMITED, "busy", true, Duration.ofMillis(1500))
      },
    };
  }

  @Test(dataProvider = "forms")
  public void anEventIsRead(String json, AgentEvent event) {
    assertThat(read(events(json.replace('\'', '"')))).containsExactly(event);
  }

  public void noEventsAreASignOfLife() {
    assertThat(read("{\"events\":[]}")).isEmpty();
  }

  @DataProvider
  public Object[][] mistakes() {
    String message = "{'type':'agent_message','delta':'a'}";
    return new Object[][] {
      {"[]", "", "frame: no JSON object"},
      {"{'events':", "", "frame: no well-formed JSON"},
      {"{}", "/events", "events: missing (expected: a value)"},
      {"{'events':{}}", "/events", "events: {} (expected: a list of objects)"},
      {"{'events':[],'event':1}", "/event", "event: event (expected: one of events)"},
      {"{'events':[7]}", "/events/0", "events.0: 7 (expected: an object)"},
      {"{'events':[{}]}", "/events/0/type", "events.0.type: missing"},
      {"{'events':[{'type':'agent_started'}]}", "/events/0/type", "events.0.type: agent_started"},
      {
        "{'events':[" + message + ",{'type':'agent_message','delta':7}]}",
        "/events/1/delta",
        "events.1.delta: 7 (expected: a string)"
      },
      {"{'events':[{'type':'agent_message'}]}", "/events/0/delta", "events.0.delta: missing"},
      {
        "{'events':[{'type':'agent_message','delta':'a','offset':0}]}",
        "/events/0/offset",
        "events.0.offset: offset (expected: one of delta, type)"
      },
      {"{'events':[{'type':'agent_thinking','phase':'begin'}]}", "/events/0/phase", "phase: begin"},
      {
        "{'events':[{'type':'agent_thinking','phase':'end','subagent':'s'}]}",
        "/events/0/subagent",
        "events.0.subagent: \"s\" (expected: an object)"
      },
      {
        "{'events':[{'type':'agent_thinking','phase':'end','subagent':{'id':'a b','name':'w'}}]}",
        "/events/0/subagent/id",
        "id: a b (expected: 1 to 128"
      },
      {
        "{'events':[{'type':'agent_thinking','phase':'end','subagent':{'id':'s'}}]}",
        "/events/0/subagent/name",
        "events.0.subagent.name: missing"
      },
      {
        "{'events':[{'type':'agent_thinking','phase':'end',"
            + "'subagent':{'id':'s','name':'w','x':1}}]}",
        "/events/0/subagent/x",
        "events.0.subagent.x: x (expected: one of id, name, parent)"
      },
      {
        "{'events':[{'type':'agent_thinking','phase':'end','text':'a'}]}",
        "/events/0/text",
        "events.0.text"
      },
      {
        "{'events':[{'type':'agent_thinking','phase':'step','step':''}]}",
        "/events/0/step",
        "1 to 255 characters"
      },
      {
        "{'events':[{'type':'agent_thinking','phase':'step','step':'a','progress':2}]}",
        "/events/0/progress",
        "a number from 0.0 to 1.0"
      },
      {
        "{'events':[{'type':'tool_executing','tool_call_id':'k','tool_name':'t'}]}",
        "/events/0/arguments",
        "missing"
      },
      {
        "{'events':[{'type':'tool_completed','tool_call_id':'k','status':'fine'}]}",
        "/events/0/status",
        "status: fine"
      },
      {"{'events':[{'type':'thread_titled','title':' '}]}", "/events/0/title", "title"},
      {
        "{'events':[{'type':'state_updated','snapshot':1,'patch':[]}]}",
        "/events/0/snapshot",
        "exactly one of snapshot and patch"
      },
      {"{'events':[{'type':'state_updated'}]}", "/events/0/snapshot", "exactly one"},
      {"{'events':[{'type':'custom','name':'','value':1}]}", "/events/0/name", "1 to 255"},
      {"{'events':[{'type':'agent_completed','usage':3}]}", "/events/0/usage", "an object"},
      {"{'events':[{'type':'agent_failed'}]}", "/events/0/message", "missing"},
      {
        "{'events':[{'type':'agent_failed','message':'m','code':'no_code'}]}",
        "/events/0/code",
        "code: no_code"
      },
      {
        "{'events':[{'type':'agent_failed','message':'m','retry_after_ms':0}]}",
        "/events/0/retry_after_ms",
        "a whole number from 1"
      },
      {
        "{'events':[{'type':'agent_completed'}," + message + "]}",
        "/events/1/type",
        "nothing after the end of the run"
      },
    };
  }

  @Test(dataProvider = "mistakes")
  public void aMistakeIsNamedByItsField(String body, String field, String detail) {
    Refusal refusal =
        catchThrowableOfType(RefusedException.class, () -> read(body.replace('\'', '"'))).refusal();
    assertThat(refusal.status().code()).isEqualTo(400);
    assertThat(refusal.field() == null ? "" : refusal.field()).isEqualTo(field);
    assertThat(refusal.message()).contains(detail);
  }

  public void aBatchHasAtMostAThousandEvents() {
    String event = "{\"type\":\"agent_message\",\"delta\":\"a\"}";
    String[] most = Collections.nCopies(1_000, event).toArray(String[]::new);
    assertThat(read(events(most))).hasSize(1_000);
    Refusal refusal =
        catchThrowableOfType(
                RefusedException.class, () -> read(events(String.join(",", most), event)))
            .refusal();
    assertThat(refusal.message()).isEqualTo("events: 1001 events (expected: at most 1000)");
  }
}
