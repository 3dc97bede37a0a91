package dev.parley.gateway.agent.openai;

import static dev.parley.gateway.agent.openai.Chat.DONE;
import static dev.parley.gateway.agent.openai.Chat.content;
import static dev.parley.gateway.agent.openai.Chat.delta;
import static dev.parley.gateway.agent.openai.Chat.finish;
import static dev.parley.gateway.agent.openai.Chat.tools;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ModelEndpoint;
import dev.parley.gateway.agent.model.PastRun;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What goes back to the model in the later runs of a thread. */
@Test(groups = "unit")
public class ChatNotesTest {

  private static final String GOOGLE =
      "{\"google\":{\"thought_signature\":\"Ck/+a==\",\"n\":1.50}}";

  private Chat chat;
  private PastRun past;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    chat = Chat.begin();
    past = new PastRun();
  }

  private void step(String... data) throws UpstreamException {
    StepEnd end = chat.play(data);
    past.take(chat.emitted);
    if (end instanceof StepEnd.Calls calls) {
      List<ToolResult> results = new ArrayList<>();
      for (ToolRequest call : calls.calls()) {
        results.add(
            new ToolResult(call, AgentEvent.ToolEnded.ok(call.call(), RawJson.of("\"noon\""))));
      }
      results.forEach(past::take);
      chat.next(results);
    }
  }

  private Chat next() throws UpstreamException {
    return Chat.begin(Chat.endpoint(), past.history(), "\"two\"");
  }

  private void callAClock() throws UpstreamException {
    step(
        content("Let me see."),
        tools(
            "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"extra_content\":"
                + GOOGLE
                + ",\"function\":{\"name\":\"clock\",\"arguments\":\"{}\",\"strict\":true}}"),
        tools("{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}"),
        finish("tool_calls"),
        DONE);
  }

  public void aNextRunHasTheUnknownMembersOfCalls() throws UpstreamException {
    callAClock();
    step(content("Noon."), finish("stop"), DONE);
    JsonNode message = next().messages().get(2);
    assertThat(message)
        .hasToString(
            "{\"role\":\"assistant\",\"content\":\"Let me see.\",\"tool_calls\":["
                + "{\"id\":\"past00000\",\"type\":\"function\",\"function\":{\"name\":\"clock\","
                + "\"arguments\":\"{}\",\"strict\":true},\"extra_content\":"
                + GOOGLE
                + "},{\"id\":\"past00001\",\"type\":\"function\",\"function\":{\"name\":\"g\","
                + "\"arguments\":\"{}\"}}]}");
    assertThat(next().messages()).hasSize(7);
  }

  public void aServiceThatSentNothingGetsNothing() throws UpstreamException {
    step(
        content("Let me see."),
        tools(
            "{\"index\":0,\"id\":\"a\",\"type\":\"function\","
                + "\"function\":{\"name\":\"clock\",\"arguments\":\"{}\"}}"),
        finish("tool_calls"),
        DONE);
    step(content("Noon."), finish("stop"), DONE);
    assertThat(chat.emitted).noneMatch(AgentEvent.Note.class::isInstance);
  }

  public void anotherModelOrServiceGetsNothing() throws UpstreamException {
    callAClock();
    step(content("Noon."), finish("stop"), DONE);
    ModelEndpoint own = Chat.endpoint();
    for (ModelEndpoint other :
        List.of(
            new ModelEndpoint(own.url(), Optional.of("gpt-y"), own.system(), Optional.empty()),
            new ModelEndpoint(
                URI.create("https://other.example/v1"),
                own.model(),
                own.system(),
                own.parameters()),
            new ModelEndpoint(
                own.url(),
                own.model(),
                own.system(),
                Optional.of(RawJson.of("{\"model\":\"gpt-z\"}"))))) {
      Chat told = Chat.begin(other, past.history(), "\"two\"");
      assertThat(told.call().body().toString())
          .contains("clock", "Let me see.")
          .doesNotContain("thought_signature", "strict");
    }
  }

  public void reasoningDetailsArePutTogetherAndGoBack() throws UpstreamException {
    step(
        delta("{\"reasoning_details\":[" + text(0, "\"Which \"", "null") + "]}"),
        delta("{\"reasoning_details\":[" + text(0, "\"tool?\"", "null") + "]}"),
        delta(
            "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,"
                + "\"signature\":\"c2ln\"}]}"),
        delta(
            "{\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"index\":1,"
                + "\"data\":\"x+/=\"}]}"),
        tools("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"),
        finish("tool_calls"),
        DONE);
    String details =
        "\"reasoning_details\":["
            + text(0, "\"Which tool?\"", "\"c2ln\"")
            + ",{\"type\":\"reasoning.encrypted\",\"index\":1,\"data\":\"x+/=\"}]";
    assertThat(chat.call().body().toString()).containsOnlyOnce(details);
    step(content("Noon."), finish("stop"), DONE);
    assertThat(next().call().body().toString()).containsOnlyOnce(details);
  }

  private static String text(int index, String text, String signature) {
    return "{\"type\":\"reasoning.text\",\"index\":"
        + index
        + ",\"text\":"
        + text
        + ",\"signature\":"
        + signature
        + "}";
  }

  public void theSignatureOfATextGoesBackWithIt() throws UpstreamException {
    step(
        content("Noon."),
        delta("{\"content\":\"\",\"extra_content\":" + GOOGLE + "}"),
        finish("stop"),
        DONE);
    assertThat(next().messages().get(2))
        .hasToString(
            "{\"role\":\"assistant\",\"content\":\"Noon.\",\"extra_content\":" + GOOGLE + "}");
  }

  public void tooManyDetailsDoNotGoBack() throws UpstreamException {
    String large = "\"" + "x".repeat(600_000) + "\"";
    step(
        delta("{\"reasoning_details\":[" + text(0, large, "null") + "]}"),
        delta("{\"reasoning_details\":[" + text(0, large, "null") + "]}"),
        delta("{\"reasoning_details\":[" + text(0, "\"a\"", "null") + "]}"),
        content("Noon."),
        finish("stop"),
        DONE);
    assertThat(chat.emitted).noneMatch(AgentEvent.Note.class::isInstance);
  }

  public void aServiceThatRefusesThemIsAskedWithoutThem() throws UpstreamException {
    callAClock();
    step(content("Noon."), finish("stop"), DONE);
    Chat second = next();
    UpstreamException rejection =
        new UpstreamException(
            ErrorCode.UPSTREAM_REJECTED,
            "rejected",
            false,
            null,
            "Thought signature is not valid: extra_content");
    Optional<HttpCall> without = second.session.callWithout(rejection);
    assertThat(without)
        .hasValueSatisfying(
            call ->
                assertThat(call.body().toString())
                    .contains("Let me see.", "\"two\"")
                    .doesNotContain("thought_signature", "strict"));
    assertThat(second.session.callWithout(rejection)).isEmpty();
  }
}
