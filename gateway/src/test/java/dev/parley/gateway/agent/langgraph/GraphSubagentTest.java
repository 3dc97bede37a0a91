package dev.parley.gateway.agent.langgraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Message;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.agent.AgentEvent.ToolEnded;
import dev.parley.gateway.agent.AgentEvent.ToolStarted;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What is shown of the agents that the tools of a graph call. */
@Test(groups = "unit")
public class GraphSubagentTest {

  private static final RawJson NONE = RawJson.of("{}");

  private List<AgentEvent> shown = new ArrayList<>();
  private GraphMemory memory = new GraphMemory();
  private GraphStream stream = new GraphStream(shown::add, memory);

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    shown = new ArrayList<>();
    memory = new GraphMemory();
    stream = new GraphStream(shown::add, memory);
  }

  private void restart() {
    memory = GraphMemory.parse(ServiceJson.read(memory.json().toString()).orElseThrow());
    stream = new GraphStream(shown::add, memory);
  }

  private void take(String type, String data) throws UpstreamException {
    stream.take(type, ServiceJson.read(data.replace('\'', '"')).orElseThrow());
  }

  /** A message of a model in the graph {@code namespace}. */
  private void said(String namespace, String agent, String id, String more)
      throws UpstreamException {
    String place = namespace.isEmpty() ? "model:0" : namespace + "|model:0";
    String name = agent.isEmpty() ? "" : ",'lc_agent_name':'" + agent + "'";
    take(
        namespace.isEmpty() ? "messages" : "messages|" + namespace,
        "[{'type':'AIMessageChunk','id':'"
            + id
            + "',"
            + more
            + "},{'langgraph_checkpoint_ns':'"
            + place
            + "'"
            + name
            + "}]");
  }

  private void result(String place, String call) throws UpstreamException {
    int bar = place.lastIndexOf('|');
    take(
        bar < 0 ? "messages" : "messages|" + place.substring(0, bar),
        "[{'type':'tool','tool_call_id':'"
            + call
            + "','content':'1'},{'langgraph_checkpoint_ns':'"
            + place
            + "'}]");
  }

  private static String calling(String... calls) {
    List<String> all = new ArrayList<>();
    for (String call : calls) {
      all.add("{'id':'" + call + "','name':'ask_" + call + "','args':{}}");
    }
    return "'content':'','tool_calls':[" + String.join(",", all) + "]";
  }

  private static ToolStarted started(String call) {
    return new ToolStarted(call, "ask_" + call, NONE);
  }

  private static ToolEnded ended(String call) {
    return ToolEnded.ok(call, RawJson.of("\"1\""));
  }

  public void itThinksUntilItsToolEnds() throws UpstreamException {
    Subagent writer = new Subagent("tools:1", "writer");
    said("", "boss", "m", calling("a"));
    said("tools:1", "writer", "n", "'content':'one'");
    restart();
    said("tools:1", "writer", "n", "'content':'two'");
    said("tools:1", "writer", "o", "'content':'three'");
    take("updates|tools:1", "{'model':{}}");
    result("tools:1", "a");
    said("", "boss", "p", "'content':'done'");
    assertThat(shown)
        .containsExactly(
            started("a"),
            Thinking.start().by(writer),
            Thinking.delta("one").by(writer),
            Thinking.delta("two").by(writer),
            Thinking.delta("\n\nthree").by(writer),
            new Thinking(ThinkingPhase.STEP, null, "model", 1.0, writer),
            Thinking.end().by(writer),
            ended("a"),
            new Message("done"));
  }

  public void severalWorkAtOnceAndEndOneByOne() throws UpstreamException {
    Subagent one = new Subagent("tools:1", "one");
    Subagent two = new Subagent("tools:2", "two");
    said("", "boss", "m", calling("a", "b"));
    said("tools:1", "one", "n", "'content':'1'");
    said("tools:2", "two", "o", "'content':'2'");
    result("tools:2", "b");
    said("tools:1", "one", "n", "'content':'!'");
    stream.end();
    assertThat(shown)
        .containsExactly(
            started("a"),
            started("b"),
            Thinking.start().by(one),
            Thinking.delta("1").by(one),
            Thinking.start().by(two),
            Thinking.delta("2").by(two),
            Thinking.end().by(two),
            ended("b"),
            Thinking.delta("!").by(one),
            Thinking.end().by(one));
  }

  public void oneAsksAnother() throws UpstreamException {
    Subagent outer = new Subagent("tools:1", "outer");
    Subagent inner = new Subagent("tools:2", "inner", "tools:1");
    said("", "boss", "m", calling("a"));
    said("tools:1", "outer", "n", calling("b"));
    said("tools:1|tools:2|graph:3", "inner", "o", "'content':'hm'");
    take("updates|tools:1|tools:2|graph:3", "{'model':{}}");
    result("tools:1|tools:2", "b");
    said("tools:1", "outer", "p", "'content':'so'");
    said("", "boss", "q", "'content':'done'");
    assertThat(shown)
        .containsExactly(
            started("a"),
            new ToolStarted("b", "ask_b", NONE, outer),
            Thinking.start().by(inner),
            Thinking.delta("hm").by(inner),
            new Thinking(ThinkingPhase.STEP, null, "graph/model", 1.0, inner),
            Thinking.end().by(inner),
            ended("b"),
            Thinking.start().by(outer),
            Thinking.delta("so").by(outer),
            Thinking.end().by(outer),
            new Message("done"));
  }

  public void withoutANameItHasThatOfTheOneOpenCall() throws UpstreamException {
    said("", "boss", "m", calling("a"));
    said("tools:1", "boss", "n", "'content':'x'");
    result("tools:1", "a");
    said("", "boss", "o", calling("b", "c"));
    said("tools:2", "", "p", "'content':'y'");
    said("tools:3", "", "q", "'name':'poet','content':'z'");
    assertThat(shown)
        .contains(
            Thinking.delta("x").by(new Subagent("tools:1", "ask_a")),
            Thinking.delta("y").by(new Subagent("tools:2", "tool")),
            Thinking.delta("z").by(new Subagent("tools:3", "poet")));
  }

  /** It has the name of the agent around it, which is not its own. */
  public void aModelThatAToolAsksHasTheNameOfTheTool() throws UpstreamException {
    said("", "", "m", calling("a"));
    take(
        "messages",
        "[{'type':'ai','id':'n','content':'x'},"
            + "{'langgraph_checkpoint_ns':'tools:1','lc_agent_name':'boss'}]");
    assertThat(shown).contains(Thinking.delta("x").by(new Subagent("tools:1", "ask_a")));
  }

  public void otherSubgraphsArePartOfTheAgent() throws UpstreamException {
    said("writer:1", "writer", "n", "'content':'yes'");
    take("updates|writer:1", "{'model':{}}");
    assertThat(shown)
        .containsExactly(
            new Message("yes"), new Thinking(ThinkingPhase.STEP, null, "writer/model", 1.0));
  }

  public void aPlaceThatIsNotKnownIsThatOfTheEvent() throws UpstreamException {
    take("messages|tools:1|model:2", "[{'type':'ai','id':'m','content':'yes'},{}]");
    assertThat(shown).contains(Thinking.delta("yes").by(new Subagent("tools:1", "tool")));
  }

  /** The one that began first is ended for the next. */
  public void fewThinkAtOnceHoweverDeepTheyAsk() throws UpstreamException {
    int depth = 5_000;
    for (int i = 0; i < depth; i++) {
      String place = (i == 0 ? "" : "tools:" + (i - 1) + "|") + "tools:" + i;
      said(place, "a" + i, "m" + i, "'content':'x'");
    }
    assertThat(memory.thinking()).hasSize(GraphThoughts.MAX_OPEN);
    said("tools:" + (depth - GraphThoughts.MAX_OPEN), "again", "n", "'content':'y'");
    assertThat(memory.thinking()).hasSize(1);
    stream.end();
    assertThat(memory.thinking()).isEmpty();
    assertThat(shown.stream().filter(Thinking.start().by(first())::equals)).hasSize(1);
    assertThat(shown.stream().filter(Thinking.end().by(first())::equals)).hasSize(1);
  }

  private static Subagent first() {
    return new Subagent("tools:0", "a0");
  }

  public void someThatNameEachOtherAsParentsEnd() throws UpstreamException {
    said("tools:1|tools:2", "two", "m", "'content':'x'");
    said("tools:2|tools:1", "one", "n", "'content':'y'");
    said("tools:1", "one", "o", "'content':'z'");
    stream.end();
    assertThat(memory.thinking()).isEmpty();
  }

  public void manyAreBoundedAndTheirMemoryIsSmall() {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= ServiceMistake.MAX_ITEMS; i++) {
                take("updates|tools:" + "é".repeat(200) + i, "{'n':{}}");
              }
            })
        .hasMessageContaining("sub-agents: one more");
    assertThat(memory.json().toString().length()).isLessThan(10_000);
  }
}
