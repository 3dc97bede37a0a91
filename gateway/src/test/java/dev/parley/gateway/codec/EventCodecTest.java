package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.ThreadId;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class EventCodecTest {

  private static final ThreadId THREAD = new ThreadId("t:1");
  private static final RunId RUN = new RunId("r_1");
  private static final Instant TIME = Instant.parse("2026-11-22T10:00:00.120999Z");

  @DataProvider
  public Iterator<Object[]> samples() {
    return EventSamples.all().entrySet().stream()
        .map(sample -> new Object[] {sample.getKey(), sample.getValue()})
        .iterator();
  }

  private static String frame(ServerEvent event) {
    boolean ofARun = isOfARun(event);
    return new String(EventCodec.head(event.type(), threadOf(event), 9007199254740991L), UTF_8)
        + new String(EventCodec.body(event, ofARun ? RUN : null, TIME), UTF_8);
  }

  private static boolean isOfARun(ServerEvent event) {
    return event.type() != EventType.MESSAGE_ADDED
        && event.type() != EventType.MESSAGE_TAKEN_BACK
        && event.type() != EventType.NOTIFICATION;
  }

  private static ThreadId threadOf(ServerEvent event) {
    return event.type() == EventType.NOTIFICATION ? ThreadId.INBOX : THREAD;
  }

  @Test(dataProvider = "samples")
  public void headAndBodyAreOneFrameThatTheSchemaAllows(ServerEvent event, String payload) {
    String run = isOfARun(event) ? "\"run_id\":\"r_1\"," : "";
    assertThat(frame(event))
        .isEqualTo(
            "{\"type\":\"%s\",\"thread_id\":\"%s\",\"seq\":9007199254740991,%s"
                    .formatted(event.type().wire(), threadOf(event), run)
                + "\"timestamp\":\"2026-11-22T10:00:00.120Z\",\"payload\":"
                + payload
                + "}");
    JsonFrames.fromServer(frame(event).getBytes(UTF_8));
  }

  @Test(dataProvider = "samples")
  public void whatIsWrittenIsReadBack(ServerEvent event, String payload) {
    RunId run = isOfARun(event) ? RUN : null;
    DecodedEvent read = EventCodec.read(event.type(), EventCodec.body(event, run, TIME));
    assertThat(read)
        .as(payload)
        .isEqualTo(new DecodedEvent(run, "2026-11-22T10:00:00.120Z", event));
    assertThat(read.time()).isEqualTo(TIME.truncatedTo(ChronoUnit.MILLIS));
  }

  public void aFieldOfALaterVersionIsSkipped() {
    assertThat(
            read(
                "{\"later\":[{\"offset\":1}],\"message_id\":\"m_1\",\"offset\":7,\"delta\":\"a\"}"))
        .isEqualTo(new ServerEvent.AgentMessage(new MessageId("m_1"), 7, "a"));
  }

  public void aFieldOfALaterVersionIsSkippedInASubagentToo() {
    String payload =
        "{\"phase\":\"end\",\"subagent\":{\"id\":\"s\",\"name\":\"w\",\"later\":{\"a\":[1]}},\"new\":1}";
    assertThat(read(EventType.AGENT_THINKING, payload))
        .isEqualTo(
            new ServerEvent.AgentThinking(
                ThinkingPhase.END, null, 0, null, null, new Subagent("s", "w")));
  }

  @DataProvider
  public Object[][] damaged() {
    return new Object[][] {
      {"{}", "message_id: END_OBJECT (expected: a value)"},
      {"{\"message_id\":1}", "message_id: VALUE_NUMBER_INT (expected: a string)"},
      {"{\"message_id\":\"m 1\"}", "message_id: m 1 (expected: a message id of this gateway)"},
      {
        "{\"message_id\":\"m_1\",\"offset\":\"7\",\"delta\":\"a\"}",
        "offset: VALUE_STRING (expected: a whole number)"
      },
      {"{\"message_id\":\"m_1\",\"offset\":7}", "delta: END_OBJECT (expected: a value)"},
      {"[]", "event: START_ARRAY (expected: an object)"},
    };
  }

  @Test(dataProvider = "damaged")
  public void aBodyThatWasNotWrittenSoIsRefused(String payload, String message) {
    assertThatThrownBy(() -> read(payload))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  public void aProgressThatIsNoNumberIsRefused() {
    assertThatThrownBy(
            () -> read(EventType.AGENT_THINKING, "{\"phase\":\"step\",\"progress\":\"0.5\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("progress: VALUE_STRING (expected: a number)");
  }

  public void aFlagThatIsNeitherTrueNorFalseIsRefused() {
    assertThatThrownBy(
            () ->
                read(
                    EventType.AGENT_CANCELLED, "{\"by\":\"user\",\"upstream_confirmed\":\"true\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("upstream_confirmed: VALUE_STRING (expected: true or false)");
  }

  public void aBodyThatIsNoJsonIsRefused() {
    assertThatThrownBy(() -> read("{\"message_id\":\"m_1"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("event body: broken JSON (expected: what was stored)");
  }

  private static ServerEvent read(String payload) {
    return read(EventType.AGENT_MESSAGE, payload);
  }

  private static ServerEvent read(EventType type, String payload) {
    String body = "\"timestamp\":\"2026-11-22T10:00:00.120Z\",\"payload\":" + payload + "}";
    return EventCodec.read(type, body.getBytes(UTF_8)).event();
  }

  public void eachTypeOfEventHasASample() {
    assertThat(EventSamples.all().keySet())
        .extracting(Object::getClass)
        .containsAll(Subtypes.of(ServerEvent.class));
    assertThat(EventSamples.all().keySet())
        .extracting(ServerEvent::type)
        .contains(EventType.values());
  }

  public void aSurrogatePairIsOneCharacter() {
    String smile = "\uD83D\uDE00";
    JsonNode read = JsonFrames.read(EventCodec.quoted("a" + smile).bytes());
    assertThat(read.asText()).isEqualTo("a" + smile);
  }

  public void aSurrogatePairIsFourBytes() {
    String smile = "\uD83D\uDE00";
    assertThat(EventCodec.quoted(smile).bytes()).isEqualTo(('"' + smile + '"').getBytes(UTF_8));
  }

  public void aQuotedTextIsOneJsonString() {
    for (String text : new String[] {"", "a", "\"\\\n\u0000é漢", "{\"a\":1}"}) {
      RawJson quoted = EventCodec.quoted(text);
      assertThat(JsonFrames.read(quoted.bytes()).asText()).isEqualTo(text);
      assertThat(quoted.isChecked()).isTrue();
    }
  }

  @DataProvider
  public Object[] sound() {
    return new Object[] {"1", " {} ", "[1,{\"a\":null}]", "\"\\ud83d\\ude00\"", "-1.5e-7"};
  }

  @Test(dataProvider = "sound")
  public void aSoundValueIsPassedOnAsItIs(String json) {
    RawJson checked = EventCodec.checked("result", RawJson.of(json));
    assertThat(checked.toString()).isEqualTo(json);
    assertThat(checked.isChecked()).isTrue();
    assertThat(EventCodec.checked("result", checked)).isSameAs(checked);
  }

  @DataProvider
  public Object[] unsound() {
    return new Object[] {
      "",
      " ",
      "{",
      "[1,",
      "1 2",
      "{}{}",
      "{\"a\":1,\"a\":2}",
      "secret",
      "\"a",
      "\"\n\"",
      "01",
      "NaN",
      "\uFEFF{}",
      "\u0000{\u0000}",
      "{}\u0000",
      "[".repeat(65) + "]".repeat(65),
      "tru",
      "'a'"
    };
  }

  @Test(dataProvider = "unsound")
  public void anUnsoundValueIsRefusedWithoutShowingIt(String json) {
    RawJson value = RawJson.of(json);
    assertThatThrownBy(() -> EventCodec.checked("result", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("result: " + value.length() + " bytes (expected: one JSON value)");
  }
}
