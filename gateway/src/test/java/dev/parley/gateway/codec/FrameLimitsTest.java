package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.ClientCommand;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A frame that is JSON and breaks a limit is refused under its id; the answer names the limit. */
@Test(groups = "unit")
public class FrameLimitsTest {

  static String start(String context) {
    return "{\"type\":\"start_agent\",\"id\":\"c1\",\"thread_id\":\"t1\","
        + "\"payload\":{\"agent\":\"builtin\",\"input\":\"x\",\"context\":"
        + context
        + "}}";
  }

  static String idLast(String context) {
    return start(context).replace("\"id\":\"c1\",", "").replaceFirst("}$", ",\"id\":\"c1\"}");
  }

  private static String nested(int deep) {
    return "{\"a\":".repeat(deep) + "1" + "}".repeat(deep);
  }

  private static String named(int bytes) {
    return "{\"" + "n".repeat(bytes) + "\":1}";
  }

  private static String number(String number) {
    return "{\"n\":" + number + "}";
  }

  @DataProvider
  public Object[][] beyond() {
    String deep = "nested deeper than 64 (expected: one JSON object, nested at most 64 deep)";
    String digits =
        "a number of 65 digits (expected: one JSON object, numbers of at most 64 digits)";
    return new Object[][] {
      {nested(63), deep},
      {nested(70), deep},
      {number("9".repeat(65)), digits},
      {number("-" + "9".repeat(65)), digits},
      {number("1." + "9".repeat(64)), digits},
      {number("1e" + "1".repeat(64)), digits},
      {number("-1" + "0".repeat(31) + "." + "9".repeat(31) + "E+10"), digits},
      {
        named(60_000),
        "a name of 60000 bytes (expected: one JSON object, names of at most 50000 bytes)"
      },
      {
        "{\"" + "\u00e9".repeat(25_001) + "\":1}",
        "a name of 50002 bytes (expected: one JSON object, names of at most 50000 bytes)"
      },
      {
        "{\"a\":{\"b\":1,\"b\":2}}", "the name b twice (expected: one JSON object, names once each)"
      },
      {"{\"b\":1,\"\\u0062\":2}", "the name b twice (expected: one JSON object, names once each)"},
    };
  }

  @Test(dataProvider = "beyond")
  public void isRefusedByTheLimitAndUnderItsId(String context, String message) {
    for (String frame : new String[] {start(context), idLast(context)}) {
      JsonNode refusal = RefusalTest.refusal(frame);
      assertThat(refusal.path("type").asText()).isEqualTo("rejected");
      assertThat(refusal.path("id").asText()).isEqualTo("c1");
      assertThat(refusal.path("thread_id").asText()).isEqualTo("t1");
      assertThat(refusal.path("payload").path("code").asText()).isEqualTo("bad_frame");
      assertThat(refusal.path("payload").path("message").asText()).isEqualTo("frame: " + message);
    }
  }

  @DataProvider
  public Object[] within() {
    return new Object[] {
      nested(62),
      number("9".repeat(64)),
      number("-1." + "9".repeat(63)),
      named(50_000),
      "{\"" + "\u00e9".repeat(25_000) + "\":1}",
      "{\"a\":{\"b\":1},\"c\":{\"b\":1}}",
    };
  }

  @Test(dataProvider = "within")
  public void whatIsWithinTheLimitsIsTakenAsItIs(String context) {
    ClientCommand command = MessageCodec.decode(start(context).getBytes(UTF_8));
    assertThat(((ClientCommand.StartAgent) command).context()).hasToString(context);
  }

  @Test(dataProvider = "within")
  public void aFrameWithinTheLimitsIsRefusedForWhatElseIsWrongWithIt(String context) {
    String frame = start(context).replace("\"x\"", "\"\\ud800\"");
    JsonNode refusal = RefusalTest.refusal(frame);
    assertThat(refusal.path("id").asText()).isEqualTo("c1");
    assertThat(refusal.path("thread_id").asText()).isEqualTo("t1");
    assertThat(refusal.path("payload").path("code").asText()).isEqualTo("invalid_argument");
    assertThat(refusal.path("payload").path("field").asText()).isEqualTo("/payload/input");
  }

  @DataProvider
  public Object[] withoutAnId() {
    return new Object[] {
      start(nested(70)).replace("\"id\":\"c1\",", ""),
      start(nested(70)).replace("\"c1\"", "7"),
      start(nested(70)).replace("\"c1\"", "\"no id\""),
      start(nested(70)).replace("\"id\":\"c1\"", "\"id\":\"c1\",\"id\":\"c2\""),
      start("{}") + start("{}").replace("c1", "c2"),
      start("{\"a\":\"\\ud800\"}") + "{}",
      "[" + start("{}") + "]",
      "{\"payload\":{\"id\":\"c1\"},\"a\":" + "9".repeat(65) + "}",
    };
  }

  @Test(dataProvider = "withoutAnId")
  public void whereNoIdCanBeUsedItIsAnError(String frame) {
    JsonNode refusal = RefusalTest.refusal(frame);
    assertThat(refusal.path("type").asText()).isEqualTo("error");
    assertThat(refusal.path("payload").path("code").asText()).isEqualTo("bad_frame");
  }

  public void whatBreaksOffIsRefusedUnderTheIdBefore() {
    String frame = start("{\"a\":1}");
    JsonNode refusal = RefusalTest.refusal(frame.substring(0, frame.length() - 3));
    assertThat(refusal.path("id").asText()).isEqualTo("c1");
    assertThat(refusal.path("payload").path("message").asText())
        .startsWith("frame: no well-formed JSON");
  }
}
