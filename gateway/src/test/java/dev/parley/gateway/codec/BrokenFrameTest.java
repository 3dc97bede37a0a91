package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Frames that are not one well-formed JSON object. */
@Test(groups = "unit")
public class BrokenFrameTest {

  @DataProvider
  public Object[] broken() {
    return new Object[] {
      "",
      " ",
      "[]",
      "\"ping\"",
      "null",
      "{",
      "{\"type\":\"ping\"",
      "{\"type\":\"ping\"}}",
      "{\"type\":\"ping\"}{\"type\":\"ping\"}",
      "{\"type\":\"ping\"} x",
      "{\"type\":\"ping\",}",
      "{\"type\":\"ping\",\"type\":\"ping\"}",
      "{\"type\":\"ping\",\"payload\":{\"a\":1,\"a\":1}}",
      "{\"type\":\"ping\",\"payload\":{\"a\":[{\"b\":1,\"b\":1}]}}",
      "{'type':'ping'}",
      "{type:\"ping\"}",
      "{\"type\":\"ping\"} // comment",
      "{\"type\":\"ping\",\"a\":01}",
      "{\"type\":\"ping\",\"a\":.5}",
      "{\"type\":\"ping\",\"a\":+1}",
      "{\"type\":\"ping\",\"a\":1.}",
      "{\"type\":\"ping\",\"a\":NaN}",
      "{\"type\":\"ping\",\"a\":tru}",
      "{\"type\":\"ping\",\"a\":\"\\x\"}",
      "{\"type\":\"ping\",\"a\":\"\\u12\"}",
      "{\"type\":\"ping\",\"a\":\"line\nbreak\"}",
      "{\"type\":\"ping\",\"a\":\"\u0000\"}",
      "\uFEFF[]",
      "\u0000{\u0000}",
      "{\"a\":" + "9".repeat(65) + "}",
      "{\"a\":".repeat(65) + "1" + "}".repeat(65),
      "\uFEFF{\"type\":\"ping\"}",
    };
  }

  @Test(dataProvider = "broken")
  public void isABadFrameAndNothingOfItIsShown(String frame) {
    JsonNode answer = RefusalTest.refusal(frame);
    assertThat(answer.path("type").asText()).isEqualTo("error");
    assertThat(answer.path("payload").path("code").asText()).isEqualTo("bad_frame");
    assertThat(answer.path("payload").path("message").asText())
        .startsWith("frame: ")
        .contains("(expected: one JSON object")
        .hasSizeLessThan(100);
  }

  public void aByteOrderMarkIsNamed() {
    for (String rest : new String[] {"{\"type\":\"ping\"}", ""}) {
      JsonNode answer = RefusalTest.refusal("\uFEFF" + rest);
      assertThat(answer.path("payload").path("message").asText())
          .isEqualTo("frame: a byte order mark before the JSON (expected: one JSON object alone)");
    }
  }

  public void nestingWithoutEndIsABadFrame() {
    isABadFrameAndNothingOfItIsShown("[".repeat(64 * 1024));
    isABadFrameAndNothingOfItIsShown("{\"a\":".repeat(12 * 1024));
    isABadFrameAndNothingOfItIsShown("{\"a\":" + "[".repeat(60 * 1024));
  }

  public void nestingUpToTheBoundIsTaken() {
    String deep = "{\"a\":".repeat(62) + "1" + "}".repeat(62);
    String frame =
        "{\"type\":\"start_agent\",\"id\":\"c\",\"thread_id\":\"t\","
            + "\"payload\":{\"agent\":\"a\",\"input\":"
            + deep
            + "}}";
    assertThat(MessageCodec.decode(frame.getBytes(UTF_8))).isNotNull();
    String deeper = frame.replace(deep, "{\"a\":" + deep + "}");
    assertThat(RefusalTest.refusal(deeper).path("payload").path("code").asText())
        .isEqualTo("bad_frame");
  }

  public void brokenUtf8IsRefusedOrKeptButNeverAFault() {
    byte[][] tails = {{(byte) 0xC3}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0xFF}};
    for (byte[] tail : tails) {
      byte[] frame = "{\"type\":\"ping\",\"id\":\"xxxx\"}".getBytes(UTF_8);
      System.arraycopy(tail, 0, frame, 21, tail.length);
      assertThat(FrameFuzzTest.isDecodedOrRefused(frame)).isTrue();
    }
  }
}
