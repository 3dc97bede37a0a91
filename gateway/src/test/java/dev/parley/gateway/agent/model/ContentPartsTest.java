package dev.parley.gateway.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ContentPartsTest {

  @DataProvider
  public Object[][] texts() {
    return new Object[][] {
      {"\"hi\"", "hi"},
      {"{\"text\":\"hi\"}", "hi"},
      {"{\"question\":\"hi\"}", "hi"},
      {"{\"content\":[\"hi\"]}", "hi"},
      {"[{\"type\":\"text\",\"text\":\"hi\"}]", "hi"},
      {"{\"type\":\"text\",\"text\":\"hi\"}", "hi"},
      {"{\"text\":\"hi\",\"city\":\"Oslo\"}", "{\"text\":\"hi\",\"city\":\"Oslo\"}"},
      {"{\"text\":{\"text\":1}}", "{\"text\":{\"text\":1}}"},
      {"42", "42"},
    };
  }

  @Test(dataProvider = "texts")
  public void readsEveryFormOfText(String json, String text) throws Exception {
    assertThat(ContentParts.input(RawJson.of(json))).containsExactly(new ContentPart.Text(text));
  }

  public void readsPicturesAndFiles() throws Exception {
    String json =
        "[{\"type\":\"image\",\"url\":\"https://a/b.png\"},"
            + "{\"type\":\"file\",\"data\":\"AA==\",\"media_type\":\"text/plain\",\"name\":\"n\"},"
            + "{\"type\":\"image\",\"url\":\"data:image/png;base64,AAAA\"}]";
    assertThat(ContentParts.input(RawJson.of(json)))
        .containsExactly(
            new ContentPart.Media("input[0]", "image", null, "https://a/b.png", null, null),
            new ContentPart.Media("input[1]", "file", "text/plain", null, "AA==", "n"),
            new ContentPart.Media("input[2]", "image", "image/png", null, "AAAA", null));
  }

  @DataProvider
  public Object[][] contexts() {
    String picture = "{\"type\":\"image\",\"url\":\"https://a/b.png\"}";
    return new Object[][] {
      {"\"hi\"", 1, "<context>\n{\"page\": \"/a\"}\n</context>\n\nhi"},
      {"[\"hi\"," + picture + "]", 2, "<context>\n{\"page\": \"/a\"}\n</context>\n\nhi"},
      {"[" + picture + "]", 2, "<context>\n{\"page\": \"/a\"}\n</context>"},
    };
  }

  @Test(dataProvider = "contexts")
  public void theContextComesFirst(String input, int parts, String first) throws Exception {
    SeenRun run = new SeenRun();
    run.context = RawJson.of("{\"page\": \"/a\"}");
    List<ContentPart> read = ContentParts.input(run.request(RawJson.of(input), HistorySource.NONE));
    assertThat(read).hasSize(parts).first().isEqualTo(new ContentPart.Text(first));
  }

  @DataProvider
  public Object[][] refused() {
    return new Object[][] {
      {"[{\"type\":\"audio\"}]", "input[0].type: audio (expected: text, image or file)"},
      {"[\"a\",7]", "input[1]: 7 (expected: a string, or an object with a type)"},
      {"[{\"type\":\"text\"}]", "input[0].text:  (expected: a string)"},
      {"[{\"type\":\"image\"}]", "input[0]: image (expected: either url or data)"},
      {
        "[{\"type\":\"file\",\"url\":\"u\",\"data\":\"d\"}]",
        "input[0]: file (expected: either url or data)"
      },
      {
        "[{\"type\":\"image\",\"url\":\"data:text,x\"}]",
        "input[0].url: data:text,x (expected: https:…, or data:<media type>;base64,…)"
      },
      {"\" \"", "input: blank (expected: a text, image or file)"},
      {"[]", "input: blank (expected: a text, image or file)"},
    };
  }

  @Test(dataProvider = "refused")
  public void namesThePartThatNoModelTakes(String json, String message) {
    UpstreamException refusal =
        catchThrowableOfType(UpstreamException.class, () -> ContentParts.input(RawJson.of(json)));
    assertThat(refusal.code()).isEqualTo(ErrorCode.UPSTREAM_REJECTED);
    assertThat(refusal).hasMessage(message);
  }
}
