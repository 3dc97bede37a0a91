package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.TraceReceiver;
import dev.parley.gateway.tests.support.TraceReceiver.SeenSpan;
import dev.parley.gateway.tests.support.WsClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What a receiver of traces sees of one run whose model asks for a tool. */
@Test(groups = "chat_events")
public class TracedRunTest {

  private static final String KEY = "key-of-the-tests-93";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CLIENT = "00f067aa0ba902b7";
  private static final String INPUT = "a-word-of-the-person";
  private static final String SAID = "a-word-of-the-model";
  private static final String FOUND = "a-word-of-the-tool";
  private static final ServiceDialect DIALECT = ServiceDialect.OPENAI;

  /** The times of two spans may be read from two clocks. */
  private static final long TOLERANCE_NANOS = 20_000_000;

  private TraceReceiver receiver;
  private ScriptedService model;
  private ScriptedService tool;
  private Map<String, String> settings;

  @BeforeMethod(alwaysRun = true)
  public void serve() {
    receiver = TraceReceiver.start();
    tool =
        ScriptedService.answering(
            ScriptedService.answer(
                200, "Content-Type: application/json\r\n", "{\"found\":\"" + FOUND + "\"}"));
    model = ScriptedService.of(TracedRunTest::answer);
    settings = new HashMap<>();
    ServiceAgents.put(settings, DIALECT, "model", model, KEY);
    settings.put("agents.model.tools", "look-up");
    settings.put("tools.look-up.url", tool.uri("/") + "{q}");
    settings.put("tools.look-up.method", "GET");
    settings.put("tools.look-up.description", "Looks it up.");
    settings.put("trace.url", receiver.url());
    settings.put("trace.headers", "X-Key: " + KEY);
    settings.put("trace.service_name", "a gateway");
  }

  @AfterMethod(alwaysRun = true)
  public void stop() {
    model.close();
    tool.close();
    receiver.close();
  }

  private static void answer(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    boolean isAnswered = dialogue.body().contains(FOUND);
    dialogue.beginStream();
    dialogue.chunk(DIALECT.begin());
    dialogue.chunk(isAnswered ? DIALECT.text(SAID) : call());
    dialogue.chunk(isAnswered ? DIALECT.end() : DIALECT.endWithTools());
    dialogue.endStream();
  }

  private static String call() {
    return DIALECT
        .tool(0)
        .replace("look_up", "look-up")
        .replace("\"{}\"", "\"{\\\"q\\\":\\\"" + INPUT + "\\\"}\"");
  }

  /** Runs the model and ends the gateway, which sends its spans before it is closed. */
  private void run(ObjectNode start) {
    try (RunningGateway gateway = RunningGateway.start(settings);
        WsClient client = gateway.connect("ada")) {
      assertThat(client.awaitEnd(client.ask(start).runId()).text("text")).isEqualTo(SAID);
    }
  }

  private static ObjectNode start() {
    return Commands.startAgent("c1", "t1", "model", INPUT);
  }

  private void run(String flags) {
    run(start().put("traceparent", "00-" + TRACE + "-" + CLIENT + "-" + flags));
  }

  private SeenSpan only(String name) {
    assertThat(receiver.named(name)).as(name).hasSize(1);
    return receiver.named(name).get(0);
  }

  private SeenSpan requestTo(String service) {
    return receiver.named("agent request").stream()
        .filter(span -> span.attribute("parley.service").equals(service))
        .findFirst()
        .orElseThrow();
  }

  public void allSpansAreInTheTraceOfTheClient() {
    run("01");
    assertThat(receiver.spans()).hasSize(7).allMatch(span -> span.trace().equals(TRACE));
    SeenSpan command = only("command start_agent");
    SeenSpan run = only("run");
    assertThat(command.parent()).isEqualTo(CLIENT);
    assertThat(only("commit").parent()).isEqualTo(command.id());
    assertThat(run.parent()).isEqualTo(command.id());
    assertThat(only("tool look-up").parent()).isEqualTo(run.id());
    assertThat(requestTo("tools.look-up").parent()).isEqualTo(only("tool look-up").id());
    assertThat(receiver.named("agent request"))
        .filteredOn(span -> span.attribute("parley.service").equals("model"))
        .hasSize(2)
        .allMatch(span -> span.parent().equals(run.id()));
  }

  public void eachServiceIsGivenTheSpanOfItsRequest() {
    run("01");
    List<String> ofModel =
        receiver.named("agent request").stream()
            .filter(span -> span.attribute("parley.service").equals("model"))
            .map(SeenSpan::traceparent)
            .toList();
    assertThat(model.dialogues())
        .extracting(dialogue -> dialogue.header("traceparent"))
        .containsExactlyInAnyOrderElementsOf(ofModel);
    assertThat(tool.dialogues().get(0).header("traceparent"))
        .isEqualTo(requestTo("tools.look-up").traceparent());
  }

  public void theSpansAreInTheOrderOfWhatHappened() {
    run("01");
    SeenSpan command = only("command start_agent");
    SeenSpan commit = only("commit");
    SeenSpan run = only("run");
    SeenSpan ofTool = only("tool look-up");
    assertThat(receiver.spans()).allMatch(span -> span.begin() <= span.end());
    within(command, commit);
    within(run, ofTool);
    within(ofTool, requestTo("tools.look-up"));
    receiver.named("agent request").forEach(request -> within(run, request));
    assertThat(run.begin()).isGreaterThanOrEqualTo(commit.end() - TOLERANCE_NANOS);
  }

  private static void within(SeenSpan outer, SeenSpan inner) {
    assertThat(inner.begin()).isGreaterThanOrEqualTo(outer.begin() - TOLERANCE_NANOS);
    assertThat(inner.end()).isLessThanOrEqualTo(outer.end() + TOLERANCE_NANOS);
  }

  public void theSpansTellIdsAndCodes() {
    run("01");
    SeenSpan run = only("run");
    assertThat(only("command start_agent").attributes())
        .containsEntry("parley.command_id", "c1")
        .containsEntry("parley.outcome", "accepted")
        .containsEntry("parley.run_id", run.attribute("parley.run_id"));
    assertThat(run.attributes())
        .containsEntry("gen_ai.operation.name", "invoke_agent")
        .containsEntry("gen_ai.agent.name", "model")
        .containsEntry("parley.thread_id", "t1")
        .containsEntry("parley.state", "completed")
        .containsKeys("parley.tier", "gen_ai.conversation.id");
    assertThat(only("tool look-up").attributes())
        .containsEntry("gen_ai.tool.name", "look-up")
        .containsEntry("gen_ai.tool.call.id", "call_0")
        .containsEntry("parley.state", "ok");
    assertThat(requestTo("tools.look-up").attributes())
        .containsEntry("http.request.method", "GET")
        .containsEntry("http.response.status_code", "200")
        .containsEntry("server.address", "127.0.0.1")
        .containsEntry("server.port", Integer.toString(tool.port()))
        .containsEntry("url.scheme", "http");
    assertThat(run.resource())
        .containsEntry("service.name", "a gateway")
        .containsKeys("service.version", "service.instance.id");
  }

  public void theSpansTellNothingThatWasSaid() {
    run("01");
    assertThat(receiver.spans())
        .extracting(span -> span.span().toString())
        .noneMatch(text -> text.contains(INPUT) || text.contains(SAID) || text.contains(FOUND))
        .noneMatch(text -> text.contains(KEY) || text.contains("ada"));
    assertThat(receiver.requests()).isNotEmpty();
    assertThat(receiver.requests())
        .allMatch(headers -> headers.getOrDefault("X-key", List.of()).equals(List.of(KEY)));
  }

  public void aTraceThatIsNotSampledIsHandedOnAndNotSent() {
    run("00");
    assertThat(receiver.spans()).isEmpty();
    assertThat(model.dialogues())
        .extracting(dialogue -> dialogue.header("traceparent"))
        .allMatch(header -> header.startsWith("00-" + TRACE + "-") && header.endsWith("-00"));
  }

  public void aCommandWithoutATraceBeginsOne() {
    run(start());
    assertThat(only("command start_agent").parent()).isEmpty();
    assertThat(receiver.spans().stream().map(SeenSpan::trace).distinct()).hasSize(1);
    assertThat(receiver.spans()).hasSize(7);
  }
}
