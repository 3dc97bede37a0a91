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

  private static String start(String context) {
    return "{\"type\":\"start_agent\",\"id\":\"c1\",\"thread_id\":\"t1\","
        + "\"payload\":{\"agent\":\"builtin\",\"input\":\"x\",\"context\":"
        + context
        + "}}";
  }

  private static String idLast(String context) {
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
      {nested(9_000), deep},
      {"{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}", deep},
      {number("9".repeat(65)), digits},
      {number("-" + "9".repeat(65)), digits},
      {number("1." + "9".repeat(64)), digits},
      {number("1e" + "1".repeat(64)), digits},
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
      "{\"text\":\"" + "x".repeat(500_000) + "\"}",
      "{\"list\":[" + "1,".repeat(200_000) + "1]}",
      manyMembers(100_000),
      "{\"a\":{\"b\":1},\"c\":{\"b\":1}}",
    };
  }

  private static String manyMembers(int members) {
    StringBuilder object = new StringBuilder("{\"m\":0");
    for (int i = 0; i < members; i++) {
      object.append(",\"m").append(i).append("\":0");
    }
    return object.append('}').toString();
  }

  @Test(dataProvider = "within")
  public void whatIsWithinTheLimitsIsTakenAsItIs(String context) {
    ClientCommand command = MessageCodec.decode(start(context).getBytes(UTF_8));
    assertThat(((ClientCommand.StartAgent) command).context()).hasToString(context);
  }

  @DataProvider
  public Object[] withoutAnId() {
    return new Object[] {
      start(nested(70)).replace("\"id\":\"c1\",", ""),
      start(nested(70)).replace("\"c1\"", "7"),
      start(nested(70)).replace("\"c1\"", "\"no id\""),
      start(nested(70)).replace("\"id\":\"c1\"", "\"id\":\"c1\",\"id\":\"c2\""),
      start("{}") + start("{}").replace("c1", "c2"),
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

  /** No time is measured: a search that is not linear would take hours. */
  @Test(timeOut = 60_000)
  public void theSearchInALargeFrameEnds() {
    String deep = "{\"a\":" + "[".repeat(4_000_000);
    assertThat(RefusalTest.refusal("{\"id\":\"c1\",\"payload\":" + deep).path("id").asText())
        .isEqualTo("c1");
    String doubled = manyMembers(300_000).replaceFirst("}$", ",\"m\":1}");
    assertThat(RefusalTest.refusal(start(doubled)).path("payload").path("message").asText())
        .contains("the name m twice");
  }
}
