package dev.parley.gateway.agent.langgraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ConversationId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What a LangGraph service is asked. */
@Test(groups = "unit")
public class GraphRequestTest {

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private static GraphApi api(String url, String parameters) {
    return new GraphApi(URI.create(url), "graph", Optional.of(RawJson.of(json(parameters))));
  }

  private static HttpCall begin(GraphApi api, String input, @Nullable String context)
      throws UpstreamException {
    return api.begin(
        GraphPlay.THREAD, GraphPlay.request(json(input), context, null, new GraphPlay()));
  }

  public void theThreadIsAUuidOfTheConversation() {
    assertThat(GraphThread.of(new ConversationId(GraphPlay.CONVERSATION)))
        .hasToString(GraphPlay.THREAD)
        .matches(id -> id.version() == 8 && id.variant() == 2);
  }

  public void aRunIsBegunOnItsThread() throws UpstreamException {
    HttpCall call = begin(api("http://127.0.0.1:2024/", "{}"), "'hello'", null);

    assertThat(call.method()).isEqualTo("POST");
    assertThat(call.uri())
        .isEqualTo(
            URI.create("http://127.0.0.1:2024/threads/" + GraphPlay.THREAD + "/runs/stream"));
    assertThat(call.body())
        .hasToString(
            json(
                "{'stream_subgraphs':true,'multitask_strategy':'enqueue','assistant_id':'graph',"
                    + "'if_not_exists':'create','input':{'messages':[{'role':'user','content':"
                    + "'hello','id':'r_XvlAJ3SJ6WdYcFVZBIpt-input'}]},'stream_mode':["
                    + "'messages-tuple','updates','custom'],'stream_resumable':true,"
                    + "'on_disconnect':'continue'}"));
    assertThat(call.body().toString()).doesNotContain("secret-name", "ada");
  }

  public void parametersAreMergedButForWhatTheGatewayNeeds() throws UpstreamException {
    String parameters =
        "{'config':{'recursion_limit':5},'multitask_strategy':'reject','stream_subgraphs':false,"
            + "'stream_mode':['values','updates'],'input':{'lang':'de','messages':[1]},"
            + "'on_disconnect':'cancel','stream_resumable':false,'assistant_id':'other'}";
    String body = begin(api("http://h/", parameters), "'hi'", "{\"page\":7}").body().toString();

    assertThat(body)
        .contains(
            json("'config':{'recursion_limit':5}"),
            json("'multitask_strategy':'reject'"),
            json("'stream_subgraphs':false"),
            json("'stream_mode':['messages-tuple','updates','custom','values']"),
            json("'input':{'lang':'de','messages':[{'role'"),
            json("'context':{'page':7}"),
            json("'on_disconnect':'continue'"),
            json("'stream_resumable':true"),
            json("'assistant_id':'graph'"))
        .doesNotContain("other");
  }

  public void theOtherCallsNameTheRun() {
    GraphApi api = api("https://h:1/base/?key=1", "{}");
    String run = "https://h:1/base/threads/t/runs/r";

    assertThat(api.join("t", "r", "7").uri())
        .isEqualTo(URI.create(run + "/stream?key=1&stream_subgraphs=true"));
    assertThat(api.join("t", "r", "7").headers()).containsEntry("last-event-id", "7");
    assertThat(api("https://h:1/base", "{'stream_subgraphs':false}").join("t", "r", "7").uri())
        .isEqualTo(URI.create(run + "/stream"));
    assertThat(api.look("t", "r").uri()).isEqualTo(URI.create(run + "?key=1"));
    assertThat(api.look("t", "r").content()).isNull();
    assertThat(api.cancel("t", "r").uri())
        .isEqualTo(URI.create(run + "/cancel?key=1&wait=true&action=interrupt"));
  }

  @DataProvider
  Object[][] parts() {
    return new Object[][] {
      {"{'type':'text','text':'see'}", "{'type':'text','text':'see'}"},
      {
        "{'type':'image','media_type':'image/png','data':'iVBO'}",
        "{'type':'image','base64':'iVBO','mime_type':'image/png'}"
      },
      {"{'type':'image','url':'https://h/a'}", "{'type':'image','url':'https://h/a'}"},
      {
        "{'type':'file','media_type':'application/pdf','data':'JVBE','name':'a.pdf'}",
        "{'type':'file','base64':'JVBE','mime_type':'application/pdf',"
            + "'extras':{'filename':'a.pdf'}}"
      },
      {
        "{'type':'file','media_type':'audio/wav','data':'UklG'}",
        "{'type':'audio','base64':'UklG','mime_type':'audio/wav'}"
      },
      {
        "{'type':'file','media_type':'video/mp4','url':'https://h/v'}",
        "{'type':'video','url':'https://h/v','mime_type':'video/mp4'}"
      },
    };
  }

  @Test(dataProvider = "parts")
  public void aPartBecomesAContentBlock(String part, String block) throws UpstreamException {
    String image = "{'type':'image','url':'https://h/0'}";
    assertThat(begin(api("http://h", "{}"), "[" + image + "," + part + "]", null).body().toString())
        .contains(json("'content':[" + image + "," + block + "]"));
  }

  public void aPartThatCannotBeSentIsNamed() {
    assertThatThrownBy(
            () -> begin(api("http://h", "{}"), "['a',{'type':'file','data':'JVBE'}]", null))
        .isInstanceOfSatisfying(
            UpstreamException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_REJECTED))
        .hasMessageContaining("input[1].media_type: missing");
  }
}
