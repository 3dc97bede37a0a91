package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.RawJson;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Halves of surrogate pairs are refused from clients and replaced in values of agents. */
@Test(groups = "unit")
public class SurrogatesTest {

  private static final String CHAT =
      "{\"type\":\"chat\",\"id\":\"c1\",\"thread_id\":\"t1\",\"payload\":{\"content\":%s}}";
  private static final String START =
      "{\"type\":\"start_agent\",\"id\":\"c1\",\"thread_id\":\"t1\","
          + "\"payload\":{\"agent\":\"builtin\",\"input\":\"x\",\"context\":%s}}";

  @DataProvider
  public Object[][] alone() {
    return new Object[][] {
      {CHAT.formatted("\"\\ud800\""), "/payload/content", "\\ud800"},
      {CHAT.formatted("\"ok \\uD83D\\uDE00 \\uDC00\""), "/payload/content", "\\uDC00"},
      {CHAT.formatted("\"\\ud83d\\ud83d\\ude00\""), "/payload/content", "\\ud83d"},
      {CHAT.formatted("\"\\ud83d\\\\ude00\""), "/payload/content", "\\ud83d"},
      {CHAT.formatted("\"\\ud83d\""), "/payload/content", "\\ud83d"},
      {
        CHAT.formatted(
            "[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"x\",\"y\":[1,\"\\udfff\"]}]"),
        "/payload/content/1/y/1",
        "\\udfff"
      },
      {START.formatted("{\"a\":{\"b\":\"\\uDBFF\"}}"), "/payload/context/a/b", "\\uDBFF"},
      {START.formatted("{\"\\ud800\":1}"), "/payload/context/\uFFFD", "\\ud800"},
      {START.formatted("{\"\\ud800\":\"v\"}"), "/payload/context/\uFFFD", "\\ud800"},
      {
        "{\"type\":\"cancel_run\",\"id\":\"c1\",\"payload\":"
            + "{\"run_id\":\"r_1\",\"reason\":\"\\ud800\"}}",
        "/payload/reason",
        "\\ud800"
      },
    };
  }

  @Test(dataProvider = "alone")
  public void aHalfAloneIsRefusedByItsField(String frame, String field, String half) {
    JsonNode refusal = RefusalTest.refusal(frame);
    assertThat(refusal.path("type").asText()).isEqualTo("rejected");
    assertThat(refusal.path("id").asText()).isEqualTo("c1");
    assertThat(refusal.path("payload").path("code").asText()).isEqualTo("invalid_argument");
    assertThat(refusal.path("payload").path("field").asText()).isEqualTo(field);
    assertThat(refusal.path("payload").path("message").asText())
        .startsWith(field.substring(1).replace('/', '.') + ": " + half + " alone (expected: ");
  }

  @DataProvider
  public Object[] whole() {
    return new Object[] {
      "\"\\ud83d\\ude00\"",
      "\"\\\\ud800\"",
      "\"\\\\\\\\ud800\"",
      "\"\\ud7ff\\ue000\\uffff\\u0000\"",
      "\"\uD83D\uDE00\"",
      "\"\\\"\\\\\"",
    };
  }

  @Test(dataProvider = "whole")
  public void wholeCharactersAreTakenAsTheyAre(String content) {
    ClientCommand command = MessageCodec.decode(CHAT.formatted(content).getBytes(UTF_8));
    assertThat(((ClientCommand.Chat) command).content()).hasToString(content);
    RawJson value = RawJson.of(content);
    assertThat(EventCodec.checked("value", value)).hasToString(content);
    MessageCodec.decode(START.formatted("{" + content + ":1}").getBytes(UTF_8));
  }

  public void eachHalfAloneInAValueOfAnAgentIsReplaced() {
    assertThat(
            EventCodec.checked(
                "value", RawJson.of("{\"a\":\"x\\ud83dy\",\"\\uDE00\":[\"\\ud83d\\ude00\"]}")))
        .hasToString("{\"a\":\"x\\ufffdy\",\"\\ufffd\":[\"\\ud83d\\ude00\"]}");
    assertThat(EventCodec.checked("value", RawJson.of("\"\uD83D\""))).hasToString("\"\uFFFD\"");
    assertThat(EventCodec.checked("value", RawJson.of("\"\\ud83d\\ud83d\\ud83d\\ude00\"")))
        .hasToString("\"\\ufffd\\ufffd\\ud83d\\ude00\"");
  }

  @DataProvider
  public Object[][] bytes() {
    return new Object[][] {
      {"\\ud800", 0},
      {"ab\\udfff", 2},
      {"ab\\ud83d\\ude00", Surrogates.NONE},
      {"ab\\ud83d\\ude0", 2},
      {"ab\\ud83", Surrogates.NONE},
      {"ab\\u", Surrogates.NONE},
      {"ab\\", Surrogates.NONE},
      {"\\u1\\ud800", 3},
      {"\\n\\ud800", 2},
      {"\\u0000\\ud800", 6},
    };
  }

  /** Frames are searched before it is known whether they are JSON. */
  @Test(dataProvider = "bytes")
  public void theSearchTakesAnyBytes(String bytes, int alone) {
    assertThat(Surrogates.firstAlone(bytes.getBytes(UTF_8), 0)).isEqualTo(alone);
  }
}
