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
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What the events of a run show. */
@Test(groups = "unit")
public class GraphStreamTest {

  private List<AgentEvent> shown = new ArrayList<>();
  private GraphMemory memory = new GraphMemory();
  private GraphStream stream = new GraphStream(shown::add, memory);

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    shown = new ArrayList<>();
    memory = new GraphMemory();
    stream = new GraphStream(shown::add, memory);
  }

  private static RawJson json(String text) {
    return RawJson.of(text.replace('\'', '"'));
  }

  private void take(String type, String data) throws UpstreamException {
    stream.take(type, ServiceJson.read(json(data).toString()).orElseThrow());
  }

  private void message(String message) throws UpstreamException {
    take("messages", "[" + message + ",{'langgraph_checkpoint_ns':'agent:1'}]");
  }

  private void restart() {
    memory = GraphMemory.parse(ServiceJson.read(memory.json().toString()).orElseThrow());
    stream = new GraphStream(shown::add, memory);
  }

  private static Message text(String delta) {
    return new Message(delta);
  }

  public void piecesThatLookAliveAreAllShown() throws UpstreamException {
    for (int i = 0; i < 3; i++) {
      message("{'type':'ai','id':'m','content':'a','tool_call_chunks':[]}");
    }
    assertThat(shown).containsExactly(text("a"), text("a"), text("a"));
  }

  public void aWholeMessageAfterItsPiecesShowsOnlyWhatIsNew() throws UpstreamException {
    message("{'type':'AIMessageChunk','id':'m','content':'Hel'}");
    message("{'type':'ai','id':'m','content':'Hello'}");
    message("{'type':'ai','id':'m','content':'Hello'}");
    message("{'type':'ai','id':'m','content':'Other'}");
    restart();
    message("{'type':'ai','id':'m','content':'Hello'}");
    message("{'type':'ai','id':'m','content':'Hello you'}");
    assertThat(shown).containsExactly(text("Hel"), text("lo"), text(" you"));
  }

  public void eachMessageIsAParagraph() throws UpstreamException {
    message("{'type':'ai','id':'m','content':'one'}");
    restart();
    message("{'type':'ai','id':'n','content':['t',{'type':'text','text':'wo'}]}");
    assertThat(shown).containsExactly(text("one"), text("\n\ntwo"));
  }

  public void messagesThatAreNotOfAModelAreNotShown() throws UpstreamException {
    message("{'type':'human','id':'m','content':'one'}");
    message("{'type':'system','id':'n','content':'two'}");
    message("{'type':'remove','id':'m','content':''}");
    take("messages/partial", "[{'type':'ai','content':'x'}]");
    take("debug", "{}");
    assertThat(shown).isEmpty();
  }

  @DataProvider
  Object[] thoughts() {
    return new Object[] {
      "'content':[{'type':'thinking','thinking':'hm'}]",
      "'content':[{'type':'reasoning','reasoning':'hm'}]",
      "'content':[{'type':'reasoning','summary':[{'type':'summary_text','text':'hm'}]}]",
      "'content':[{'type':'reasoning_content','reasoning_content':{'text':'hm'}}]",
      "'content':'','additional_kwargs':{'reasoning_content':'hm'}",
    };
  }

  @Test(dataProvider = "thoughts")
  public void reasoningIsThinking(String members) throws UpstreamException {
    message("{'type':'AIMessageChunk','id':'m'," + members + "}");
    restart();
    message("{'type':'AIMessageChunk','id':'m'," + members + "}");
    message("{'type':'AIMessageChunk','id':'m','content':'so'}");
    assertThat(shown)
        .containsExactly(
            Thinking.start(),
            Thinking.delta("hm"),
            Thinking.delta("hm"),
            Thinking.end(),
            text("so"));
  }

  public void callsInPiecesAreShownWhenTheirMessageIsWhole() throws UpstreamException {
    message(
        "{'type':'AIMessageChunk','id':'m','content':'','tool_call_chunks':"
            + "[{'index':0,'id':'c','name':'look','args':''}]}");
    message(
        "{'type':'AIMessageChunk','id':'m','content':'','tool_call_chunks':"
            + "[{'index':0,'args':'{\\\"a\\\":1'},{'index':0,'args':'}'}]}");
    assertThat(shown).isEmpty();
    message("{'type':'AIMessageChunk','id':'m','content':'','chunk_position':'last'}");
    assertThat(shown).containsExactly(new ToolStarted("c", "look", json("{'a':1}")));
  }

  public void callsWithEqualOrMissingIndexAreTheirOwn() throws UpstreamException {
    message(
        "{'type':'AIMessageChunk','id':'m','content':'','tool_call_chunks':["
            + "{'index':0,'id':'c','name':'a','args':'{}'},{'index':0,'id':'d','name':'b'},"
            + "{'id':'e','name':'c','args':'no json'}]}");
    assertThat(stream.end().usage()).isNull();
    assertThat(shown)
        .containsExactly(
            new ToolStarted("c", "a", json("{}")),
            new ToolStarted("d", "b", json("{}")),
            new ToolStarted("e", "c", json("'no json'")));
  }

  public void aResultShowsItsCallFirst() throws UpstreamException {
    message(
        "{'type':'AIMessageChunk','id':'m','content':'','tool_call_chunks':"
            + "[{'index':0,'id':'c','name':'look','args':'{}'}]}");
    message("{'type':'tool','tool_call_id':'c','content':'21'}");
    message("{'type':'tool','tool_call_id':'c','content':'22'}");
    message("{'type':'tool','tool_call_id':'x','name':'other','content':[{'a':1}]}");
    message("{'type':'tool','tool_call_id':'y','content':'bad','status':'error'}");
    assertThat(shown)
        .containsExactly(
            new ToolStarted("c", "look", json("{}")),
            ToolEnded.ok("c", json("'21'")),
            new ToolStarted("x", "other", json("{}")),
            ToolEnded.ok("x", json("[{'a':1}]")),
            new ToolStarted("y", "tool", json("{}")),
            ToolEnded.error("y", "bad"));
  }

  public void callsWhosePiecesARestartHasCutComeFromTheWholeMessage() throws UpstreamException {
    message("{'type':'AIMessageChunk','id':'m','content':'I look'}");
    restart();
    message(
        "{'type':'AIMessageChunk','id':'m','content':'','tool_call_chunks':"
            + "[{'index':0,'args':'1}'}]}");
    String whole =
        "{'agent':{'messages':[{'type':'ai','id':'m','content':'I look','tool_calls':"
            + "[{'id':'c','name':'look','args':{'a':1}}]},{'type':'ai','id':'old','content':'',"
            + "'tool_calls':[{'id':'o','name':'old','args':{}}]}]}}";
    take("updates", whole);
    restart();
    take("updates", whole);
    assertThat(shown.stream().filter(ToolStarted.class::isInstance))
        .containsExactly(new ToolStarted("c", "look", json("{'a':1}")));
  }

  public void nodesAreSteps() throws UpstreamException {
    take("updates", "{'plan':null,'__end__':1}");
    take("updates|plan:1|look:2", "{'ask':[]}");
    assertThat(shown)
        .extracting(event -> ((Thinking) event).step())
        .containsExactly("plan", "plan/look/ask");
  }

  public void valuesAreStateIfTheyAreAskedFor() throws UpstreamException {
    take("values", "{'a':1}");
    take("values|sub:1", "{'a':2}");
    assertThat(shown).containsExactly(new AgentEvent.State(false, json("{'a':1}")));
  }

  @DataProvider
  Object[][] failures() {
    return new Object[][] {
      {"error", "{'error':'ValueError','message':'key sk-1'}", ErrorCode.UPSTREAM_ERROR},
      {"error", "{'error':'key is sk-1','message':'m'}", ErrorCode.UPSTREAM_ERROR},
      {"updates", "{'__interrupt__':[{'value':1}]}", ErrorCode.APPROVAL_UNSUPPORTED},
      {"updates|a:1", "{'__interrupt__':[]}", ErrorCode.APPROVAL_UNSUPPORTED},
      {"values", "{'__interrupt__':[{'value':1}]}", ErrorCode.APPROVAL_UNSUPPORTED},
      {"messages", "{'a':1}", ErrorCode.UPSTREAM_PROTOCOL},
    };
  }

  @Test(dataProvider = "failures")
  public void whatEndsARun(String type, String data, ErrorCode code) {
    assertThatThrownBy(() -> take(type, data))
        .isInstanceOfSatisfying(UpstreamException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageNotContaining("sk-1");
  }

  public void endlessCallsAreBounded() {
    String piece =
        "{'type':'AIMessageChunk','id':'m','content':'','tool_call_chunks':"
            + "[{'index':0,'id':'c','name':'a','args':'"
            + "x".repeat(1 << 20)
            + "'}]}";
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 5; i++) {
                message(piece);
              }
            })
        .hasMessageContaining("args: ");
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= ServiceMistake.MAX_ITEMS; i++) {
                message("{'type':'ai','id':'i" + i + "','content':''}");
              }
            })
        .hasMessageContaining("messages: one more");
  }

  public void theMemoryOfALongRunStaysSmall() throws UpstreamException {
    String id = "x".repeat(5000);
    for (int i = 0; i < 1000; i++) {
      message("{'type':'ai','id':'" + i + id + "','content':'t'}");
      message("{'type':'tool','tool_call_id':'" + i + id + "','content':'t'}");
    }
    assertThat(memory.json().toString().length()).isLessThan(50_000);
    assertThat(memory.shownOf("0" + id)).isNotNull();
  }
}
