package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.RefusedException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Each refusal names the field, its value and what was expected. */
@Test(groups = "unit")
public class RefusalTest {

  private static final String ON_T = "\"id\":\"c1\",\"thread_id\":\"t1\",\"payload\":";

  static JsonNode refusal(String frame) {
    RefusedException refused =
        catchThrowableOfType(
            RefusedException.class, () -> MessageCodec.decode(frame.getBytes(UTF_8)));
    assertThat(refused).as(frame).isNotNull();
    return JsonFrames.fromServer(MessageCodec.encode(refused.answer()));
  }

  private static Object[] row(String frame, String field, String message) {
    return new Object[] {frame, field, message};
  }

  private static String of(String type, String rest) {
    return "{\"type\":\"" + type + "\"," + rest + "}";
  }

  @DataProvider
  public Object[][] envelopes() {
    String names = "payload, thread_id, traceparent, type";
    return new Object[][] {
      row("{}", "/type", "type: missing (expected: a value)"),
      row("{\"type\":7}", "/type", "type: 7 (expected: a string)"),
      row("{\"type\":null}", "/type", "type: null (expected: a string)"),
      row(
          "{\"type\":\"claim_tool\"}",
          "/type",
          "type: claim_tool (expected: ack, authenticate, cancel_run, chat, ping, refresh_token, set_title, start_agent, subscribe,"
              + " unsubscribe, user_message)"),
      row(
          "{\"type\":\"ping\",\"id\":\"\"}",
          "/id",
          "id:  (expected: 1 to 64 printable ASCII characters without spaces)"),
      row("{\"type\":\"ping\",\"id\":1}", "/id", "id: 1 (expected: a string)"),
      row(
          of("chat", "\"id\":\"c1\",\"payload\":{\"content\":\"x\"}"),
          "/thread_id",
          "thread_id: missing (expected: a value)"),
      row(
          of("chat", "\"id\":\"c1\",\"thread_id\":\"@inbox\",\"payload\":{\"content\":\"x\"}"),
          "/thread_id",
          "thread_id: @inbox (expected: 1 to 64 of A-Z a-z 0-9 _ . : -)"),
      row(
          of("chat", "\"id\":\"c1\",\"thread_id\":\"..\",\"payload\":{\"content\":\"x\"}"),
          "/thread_id",
          "thread_id: .. (expected: 1 to 64 of A-Z a-z 0-9 _ . : -, but neither . nor ..)"),
      row(
          of("unsubscribe", "\"id\":\"c1\",\"payload\":{\"threads\":[\"t\",\".\"]}"),
          "/payload/threads/1",
          "thread_id: . (expected: 1 to 64 of A-Z a-z 0-9 _ . : -, but neither . nor ..)"),
      row(
          of("subscribe", "\"id\":\"c1\",\"payload\":{\"threads\":[{\"thread_id\":\"..\"}]}"),
          "/payload/threads/0/thread_id",
          "thread_id: .. (expected: 1 to 64 of A-Z a-z 0-9 _ . : -, but neither . nor ..)"),
      row(
          of("chat", ON_T + "{\"content\":\"x\"},\"seq\":1"),
          "/seq",
          "seq: seq (expected: one of id, " + names + ")"),
      row(
          of("ping", "\"thread_id\":\"t1\""),
          "/thread_id",
          "thread_id: thread_id (expected: one of id, payload, traceparent, type)"),
      row(
          of("ping", "\"traceparent\":\"00-00\""),
          "/traceparent",
          "traceparent: 00-00 (expected: a W3C traceparent, 00-<trace>-<span>-<flags>)"),
      row(
          of("chat", "\"id\":\"c1\",\"thread_id\":\"t1\""),
          "/payload",
          "payload: missing (expected: a value)"),
      row(of("chat", ON_T + "[]"), "/payload", "payload: [] (expected: an object)"),
    };
  }

  @DataProvider
  public Object[][] payloads() {
    String content = "(expected: a string that is not empty, or a list of parts)";
    String title = "(expected: 1 to 200 characters, no control characters)";
    return new Object[][] {
      row(
          of("chat", ON_T + "{}"),
          "/payload/content",
          "payload.content: missing (expected: a value)"),
      row(
          of("chat", ON_T + "{\"content\":\"\"}"),
          "/payload/content",
          "payload.content: \"\" " + content),
      row(
          of("chat", ON_T + "{\"content\":{}}"),
          "/payload/content",
          "payload.content: {} " + content),
      row(
          of("chat", ON_T + "{\"content\":[]}"),
          "/payload/content",
          "payload.content: [] (expected: a list with at least one element)"),
      row(
          of("chat", ON_T + "{\"content\":[\"x\"]}"),
          "/payload/content/0",
          "payload.content.0: \"x\" (expected: an object)"),
      row(
          of("chat", ON_T + "{\"content\":[{\"type\":\"x\"},{}]}"),
          "/payload/content/1/type",
          "payload.content.1.type: missing (expected: a value)"),
      row(
          of("chat", ON_T + "{\"content\":[{\"type\":\"text\"}]}"),
          "/payload/content/0/text",
          "payload.content.0.text: missing (expected: a value)"),
      row(
          of("chat", ON_T + "{\"content\":\"x\",\"a/b~c\":1}"),
          "/payload/a~1b~0c",
          "payload.a~1b~0c: a/b~c (expected: one of content)"),
      row(
          of("set_title", ON_T + "{}"),
          "/payload/title",
          "payload.title: missing (expected: a value)"),
      row(
          of("set_title", ON_T + "{\"title\":7}"),
          "/payload/title",
          "payload.title: 7 (expected: a string)"),
      row(of("set_title", ON_T + "{\"title\":\" \"}"), "/payload/title", "title:  " + title),
      row(
          of("set_title", ON_T + "{\"title\":\"a\\nb\"}"),
          "/payload/title",
          "title: a\uFFFDb " + title),
      row(
          of("set_title", ON_T + "{\"title\":\"" + "é".repeat(201) + "\"}"),
          "/payload/title",
          "title: " + "é".repeat(80) + "… " + title),
      row(
          of("start_agent", ON_T + "{\"agent\":\"A\",\"input\":\"x\"}"),
          "/payload/agent",
          "agent: A (expected: 1 to 64 of a-z 0-9 -)"),
      row(
          of("start_agent", ON_T + "{\"agent\":\"a\",\"input\":[1]}"),
          "/payload/input",
          "payload.input: [1] (expected: a string or an object)"),
      row(
          of("start_agent", ON_T + "{\"agent\":\"a\",\"input\":\"x\",\"context\":\"y\"}"),
          "/payload/context",
          "payload.context: \"y\" (expected: an object)"),
      row(
          of("start_agent", ON_T + "{\"agent\":\"a\",\"input\":\"x\",\"when_busy\":\"wait\"}"),
          "/payload/when_busy",
          "when_busy: wait (expected: reject, queue or replace)"),
      row(
          of("cancel_run", "\"id\":\"c1\",\"payload\":{}"),
          "/payload/run_id",
          "payload.run_id: missing (expected: exactly one of run_id and command_id)"),
      row(
          of("cancel_run", "\"id\":\"c1\",\"payload\":{\"run_id\":\"r_1\",\"command_id\":\"c\"}"),
          "/payload/run_id",
          "payload.run_id: r_1 (expected: exactly one of run_id and command_id)"),
      row(
          of("cancel_run", "\"id\":\"c1\",\"payload\":{\"run_id\":\"1\"}"),
          "/payload/run_id",
          "run_id: 1 (expected: a run id of this gateway)"),
      row(
          of("cancel_run", "\"id\":\"c1\",\"payload\":{\"run_id\":\"r_1\",\"reason\":\"\"}"),
          "/payload/reason",
          "reason:  (expected: 1 to 256 characters)"),
      row(
          of("authenticate", "\"payload\":{\"token\":\"\"}"),
          "/payload/token",
          "payload.token: 0 characters (expected: 1 to 16384)"),
      row(of("ping", "\"payload\":{\"a\":1}"), "/payload/a", "payload.a: a (expected: no field)"),
    };
  }

  @DataProvider
  public Object[][] cursors() {
    String whole = "(expected: a whole number from 0 to 9007199254740991)";
    String at = "payload.threads.0.after: ";
    return new Object[][] {
      row(
          subscribe("{}"),
          "/payload/threads",
          "payload.threads: {} (expected: a list with at least one element)"),
      row(
          subscribe("[]"),
          "/payload/threads",
          "payload.threads: [] (expected: a list with at least one element)"),
      row(
          subscribe("[\"t1\"]"),
          "/payload/threads/0",
          "payload.threads.0: \"t1\" (expected: an object)"),
      row(cursor("-1"), "/payload/threads/0/after", at + "-1 " + whole),
      row(cursor("1.0"), "/payload/threads/0/after", at + "1.0 " + whole),
      row(cursor("\"1\""), "/payload/threads/0/after", at + "\"1\" " + whole),
      row(cursor("9007199254740992"), "/payload/threads/0/after", at + "9007199254740992 " + whole),
      row(
          cursor("99999999999999999999"),
          "/payload/threads/0/after",
          at + "99999999999999999999 " + whole),
      row(
          cursor("1"),
          "/payload/threads/0/epoch",
          "payload.threads.0.epoch: missing (expected: the epoch that after belongs to)"),
      row(
          subscribe("[{\"thread_id\":\"t1\"},{\"thread_id\":\"t 2\"}]"),
          "/payload/threads/1/thread_id",
          "thread_id: t 2 (expected: 1 to 64 of A-Z a-z 0-9 _ . : -)"),
      row(
          subscribe("[{\"thread_id\":\"t1\"}],\"rollup_ms\":501"),
          "/payload/rollup_ms",
          "payload.rollup_ms: 501 (expected: a whole number from 0 to 500)"),
      row(
          "{\"type\":\"unsubscribe\",\"id\":\"c1\",\"payload\":{\"threads\":[\"t1\",2]}}",
          "/payload/threads/1",
          "payload.threads.1: 2 (expected: a string)"),
    };
  }

  private static String subscribe(String threads) {
    return of("subscribe", "\"id\":\"c1\",\"payload\":{\"threads\":" + threads + "}");
  }

  private static String cursor(String after) {
    return subscribe("[{\"thread_id\":\"t1\",\"after\":" + after + "}]");
  }

  private static void check(String frame, String field, String message) {
    JsonNode error = refusal(frame).path("payload");
    assertThat(error.path("message").asText()).isEqualTo(message);
    assertThat(error.path("field").asText()).isEqualTo(field);
    String code = message.startsWith("type: claim_tool") ? "unsupported_type" : "invalid_argument";
    assertThat(error.path("code").asText()).isEqualTo(code);
  }

  @Test(dataProvider = "envelopes")
  public void namesTheFieldOfTheEnvelope(String frame, String field, String message) {
    check(frame, field, message);
  }

  @Test(dataProvider = "payloads")
  public void namesTheFieldOfThePayload(String frame, String field, String message) {
    check(frame, field, message);
  }

  @Test(dataProvider = "cursors")
  public void namesTheFieldOfTheCursor(String frame, String field, String message) {
    check(frame, field, message);
  }

  public void aFrameWithAUsableIdIsRejectedUnderIt() {
    JsonNode rejected = refusal(of("chat", ON_T + "{}"));
    assertThat(rejected.path("type").asText()).isEqualTo("rejected");
    assertThat(rejected.path("id").asText()).isEqualTo("c1");
    assertThat(rejected.path("thread_id").asText()).isEqualTo("t1");
  }

  public void aFrameWithoutAUsableIdIsAnsweredByAnError() {
    assertThat(refusal("{\"type\":\"chat\",\"id\":\"\\u0001\"}").path("type").asText())
        .isEqualTo("error");
    assertThat(refusal("[]").path("type").asText()).isEqualTo("error");
    assertThat(refusal("{\"type\":\"chat\"}").path("type").asText()).isEqualTo("error");
  }

  public void aLongValueIsCut() {
    String message =
        refusal(of("chat", ON_T + "{\"content\":\"x\",\"" + "y".repeat(5000) + "\":1}"))
            .path("payload")
            .path("message")
            .asText();
    assertThat(message).contains("y".repeat(80) + "…").hasSizeLessThan(400);
  }

  public void aValueIsCutBetweenCharacters() {
    for (int shift = 0; shift < 4; shift++) {
      String id = "x".repeat(shift) + "\uD83D\uDE00".repeat(300);
      String message =
          refusal(of("ping", "\"id\":\"" + id + "\"")).path("payload").path("message").asText();
      assertThat(UTF_8.newEncoder().canEncode(message)).isTrue();
      assertThat(message).contains("\uD83D\uDE00").contains("… (expected: ");
    }
  }

  public void aTokenOfTheWrongKindIsNotShown() {
    for (String token : new String[] {"[\"secret\"]", "{\"secret\":1}", "5318008"}) {
      JsonNode error = refusal(of("authenticate", "\"payload\":{\"token\":" + token + "}"));
      assertThat(error.toString()).doesNotContain("secret", "5318008");
    }
  }
}
