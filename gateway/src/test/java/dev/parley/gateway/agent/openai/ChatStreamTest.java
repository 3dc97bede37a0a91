package dev.parley.gateway.agent.openai;

import static dev.parley.gateway.agent.openai.Chat.DONE;
import static dev.parley.gateway.agent.openai.Chat.content;
import static dev.parley.gateway.agent.openai.Chat.delta;
import static dev.parley.gateway.agent.openai.Chat.finish;
import static dev.parley.gateway.agent.openai.Chat.tools;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Answers as the services stream them. */
@Test(groups = "unit")
public class ChatStreamTest {

  private Chat chat;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    chat = Chat.begin();
  }

  public void aPlainAnswer() throws UpstreamException {
    String head =
        "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
            + "\"logprobs\":null,\"finish_reason\":null}],\"usage\":null,\"obfuscation\":\"x7\"}";
    AgentEvent.Completed end =
        chat.finished(
            head,
            content("Hel"),
            content("lo"),
            finish("stop"),
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":7}}",
            DONE);
    assertThat(chat.shown)
        .containsExactly(new AgentEvent.Message("Hel"), new AgentEvent.Message("lo"));
    assertThat(end)
        .isEqualTo(
            new AgentEvent.Completed(
                Finish.STOP, RawJson.of("{\"prompt_tokens\":2,\"completion_tokens\":7}"), null));
  }

  public void onlyTheMarkIsTheTerminalEvent() throws UpstreamException {
    assertThat(chat.take(content("a"), finish("stop"))).isFalse();
    assertThat(chat.take(" [DONE] ")).isTrue();
  }

  @DataProvider
  public Object[][] thoughts() {
    return new Object[][] {
      {delta("{\"reasoning_content\":\"hm\"}")},
      {delta("{\"reasoning\":\"hm\"}")},
      {delta("{\"reasoning\":\"hm\",\"reasoning_content\":\"hm\"}")},
      {
        delta(
            "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]}]}")
      },
      {delta("{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"}]}")},
    };
  }

  @Test(dataProvider = "thoughts")
  public void thoughtsAreShownBeforeTheAnswer(String thought) throws UpstreamException {
    // The role comes after the thoughts with some services.
    chat.finished(
        thought, delta("{\"role\":\"assistant\",\"content\":\"\"}"), content("yes"), DONE);
    assertThat(chat.shown)
        .containsExactly(
            Thinking.start(), Thinking.delta("hm"), Thinking.end(), new AgentEvent.Message("yes"));
  }

  public void thoughtsBetweenAnswersBeginAndEndEachTime() throws UpstreamException {
    String thought = delta("{\"reasoning\":\"hm\"}");
    chat.finished(thought, thought, content("a"), thought, content("b"), thought, finish("stop"));
    assertThat(chat.shown.stream().filter(Thinking.start()::equals)).hasSize(3);
    assertThat(chat.shown.stream().filter(Thinking.end()::equals)).hasSize(3);
    assertThat(chat.shown).last().isEqualTo(Thinking.end());
    assertThat(chat.text()).isEqualTo("ab");
  }

  public void thoughtsEndBeforeATool() throws UpstreamException {
    chat.calls(
        delta("{\"reasoning\":\"hm\"}"),
        tools("{\"id\":\"a\",\"function\":{\"name\":\"f\"}}"),
        DONE);
    assertThat(chat.shown).last().isEqualTo(Thinking.end());
  }

  public void aRefusalIsSaid() throws UpstreamException {
    chat.finished(delta("{\"content\":null,\"refusal\":\"I will not.\"}"), finish("stop"), DONE);
    assertThat(chat.text()).isEqualTo("I will not.");
  }

  public void aListOfPartsIsSaidInItsOrder() throws UpstreamException {
    chat.finished(
        delta(
            "{\"content\":[{\"type\":\"text\",\"text\":\"a\"},\"b\","
                + "{\"type\":\"reference\",\"reference_ids\":[1]},{\"type\":\"text\",\"text\":\"c\"}]}"),
        finish("stop"),
        DONE);
    assertThat(chat.text()).isEqualTo("abc");
  }

  public void firstChunksWithoutChoicesAreNothing() throws UpstreamException {
    chat.finished(
        "{\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0}]}",
        "{\"id\":\"x\",\"choices\":null}",
        "{\"id\":\"x\"}",
        "",
        content("a"),
        finish("stop"),
        DONE);
    assertThat(chat.text()).isEqualTo("a");
  }

  public void unknownMembersAreLeftAlone() throws UpstreamException {
    chat.finished(
        "{\"error\":null,\"service_tier\":\"x\",\"moderation\":{},\"citations\":[\"u\"],"
            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\",\"audio\":{},\"tool_calls\":null},"
            + "\"content_filter_results\":{},\"finish_reason\":\"\"},"
            + "{\"index\":1,\"delta\":{\"content\":\"other\"},\"finish_reason\":\"length\"}]}",
        DONE);
    assertThat(chat.text()).isEqualTo("a");
  }

  public void theLastUsageOfAStepCountsAndStepsAreAdded() throws UpstreamException {
    String usage = "{\"choices\":[],\"usage\":{\"total_tokens\":%s,\"cost\":null}}";
    chat.calls(
        tools("{\"id\":\"a\",\"function\":{\"name\":\"f\"}}"),
        usage.formatted(3),
        usage.formatted(5),
        DONE);
    chat.next(List.of());
    AgentEvent.Completed end = chat.finished(content("a"), usage.formatted(7), DONE);
    assertThat(end.usage()).isEqualTo(RawJson.of("{\"total_tokens\":12}"));
  }

  @DataProvider
  public Object[][] finishes() {
    return new Object[][] {
      {"stop", Finish.STOP},
      {"length", Finish.LENGTH},
      {"function_call", Finish.STOP},
      {"eos", Finish.STOP},
      {"tool_calls", Finish.STOP},
    };
  }

  @Test(dataProvider = "finishes")
  public void theReasonIsTold(String reason, Finish finish) throws UpstreamException {
    assertThat(chat.finished(content("a"), finish(reason), DONE).finish()).isEqualTo(finish);
  }

  public void aReasonAloneIsAnEmptyAnswer() throws UpstreamException {
    assertThat(chat.finished(finish("stop"), DONE)).isEqualTo(AgentEvent.Completed.stop());
  }

  public void someServicesDoNotSendTheMark() throws UpstreamException {
    assertThat(chat.finished(content("a"), finish("stop")).finish()).isEqualTo(Finish.STOP);
  }

  public void someServicesSendNoReason() throws UpstreamException {
    assertThat(chat.finished(content("a"), DONE).finish()).isEqualTo(Finish.STOP);
  }

  public void anAnswerWithoutAnythingIsAFailure() {
    assertThat(chat.failed(DONE).code()).isEqualTo(ErrorCode.UPSTREAM_ERROR);
    assertThat(Chat.begin().failed(delta("{\"reasoning\":\"hm\"}"), DONE).code())
        .isEqualTo(ErrorCode.UPSTREAM_ERROR);
    assertThat(Chat.begin().failed("{\"usage\":{\"total_tokens\":1}}", DONE).code())
        .isEqualTo(ErrorCode.UPSTREAM_ERROR);
  }

  public void aStreamThatEndsBeforeTheReasonIsCut() {
    assertThat(chat.failed().code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
    assertThat(Chat.begin().failed(content("a")).code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
    assertThat(Chat.begin().failed(tools("{\"id\":\"a\",\"function\":{\"name\":\"f\"}}")).code())
        .isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
  }

  public void theFilterOfTheServiceIsTheEnd() {
    AgentEvent.Failed failed = chat.failed(content("a"), finish("content_filter"), DONE);
    assertThat(failed.code()).isEqualTo(ErrorCode.CONTENT_FILTER);
    assertThat(failed.retryable()).isFalse();
    assertThat(chat.text()).isEqualTo("a");
  }

  @DataProvider
  public Object[][] errors() {
    return new Object[][] {
      {
        "{\"error\":{\"message\":\"m secret\",\"type\":\"server_error\",\"code\":null}}",
        "server_error"
      },
      {
        "{\"error\":{\"message\":\"m secret\",\"code\":502},\"choices\":[{\"index\":0,"
            + "\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}",
        "502"
      },
      {"{\"code\":\"invalid_argument\",\"error\":\"secret text\"}", "invalid_argument"},
      {
        "{\"object\":\"error\",\"message\":\"secret\",\"type\":\"internal_error\"}",
        "internal_error"
      },
      {
        "[{\"error\":{\"code\":429,\"message\":\"secret\",\"status\":\"RESOURCE_EXHAUSTED\"}}]",
        "429"
      },
      {"{\"error\":{\"message\":\"m\",\"code\":\"sk-secret-1\"}}", "answer."},
      {finish("error"), "answer."},
    };
  }

  @Test(dataProvider = "errors")
  public void anErrorInTheStreamIsTheEnd(String error, String word) {
    AgentEvent.Failed failed = chat.failed(content("so far"), error, DONE);
    assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_ERROR);
    assertThat(failed.message()).contains(word).doesNotContain("secret");
    assertThat(failed.retryable()).isFalse();
    assertThat(chat.text()).isEqualTo("so far");
  }

  public void anEventOfTypeErrorIsOne() {
    AgentEvent.Failed failed =
        catchThrowableOfType(
                UpstreamException.class,
                () ->
                    chat.session.take(
                        new SseEvent("error", "{\"detail\":\"x\"}", null), chat.shown::add))
            .toEvent();
    assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_ERROR);
  }

  public void anErrorOfTheFilterIsSaidAsSuch() {
    assertThat(chat.failed("{\"error\":{\"code\":\"content_filter\"}}").code())
        .isEqualTo(ErrorCode.CONTENT_FILTER);
  }

  @DataProvider
  public Object[][] malformed() {
    return new Object[][] {
      {"hello"},
      {"{"},
      {"{} {}"},
      {"[]"},
      {"[1,2]"},
      {"\"text\""},
      {"7"},
      {"[".repeat(65) + "]".repeat(65)},
      {"{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}"},
      {"{\"a\":" + "9".repeat(65) + "}"},
    };
  }

  @Test(dataProvider = "malformed")
  public void whatIsNoChunkIsAgainstTheRules(String data) {
    AgentEvent.Failed failed = chat.failed(data, DONE);
    assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    assertThat(failed.message()).doesNotContain("hello");
  }
}
