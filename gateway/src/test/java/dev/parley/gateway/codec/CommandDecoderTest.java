package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.ClientCommand;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class CommandDecoderTest {

  @DataProvider
  public Iterator<Object[]> samples() {
    return CommandSamples.all().entrySet().stream()
        .map(sample -> new Object[] {sample.getKey(), sample.getValue()})
        .iterator();
  }

  private static ClientCommand decode(String frame) {
    return MessageCodec.decode(frame.getBytes(UTF_8));
  }

  @Test(dataProvider = "samples")
  public void decodesWhatTheSchemaAllows(String frame, ClientCommand expected) {
    assertThat(decode(frame)).isEqualTo(expected);
    assertThat(JsonFrames.isValidFromClient(JsonFrames.read(frame.getBytes(UTF_8)))).isTrue();
  }

  public void eachTypeOfCommandHasASample() {
    assertThat(CommandSamples.all().values())
        .extracting(Object::getClass)
        .containsAll(Subtypes.of(ClientCommand.class));
  }

  public void theOrderOfFieldsDoesNotMatter() {
    Map<String, ClientCommand> samples = CommandSamples.all();
    for (Map.Entry<String, ClientCommand> sample : samples.entrySet()) {
      JsonNode frame = JsonFrames.read(sample.getKey().getBytes(UTF_8));
      StringBuilder reversed = new StringBuilder("}");
      for (Map.Entry<String, JsonNode> field : frame.properties()) {
        String comma = reversed.length() == 1 ? "" : ",";
        reversed.insert(0, '"' + field.getKey() + "\":" + field.getValue() + comma);
      }
      assertThat(decode("{" + reversed)).isEqualTo(sample.getValue());
    }
  }

  public void spaceBetweenTokensDoesNotMatter() {
    assertThat(decode(" \r\n\t{ \"type\" : \"ping\" , \"id\" : \"c1\" } \n"))
        .isEqualTo(decode("{\"type\":\"ping\",\"id\":\"c1\"}"));
  }

  public void escapesMeanWhatTheyStandFor() {
    assertThat(decode("{\"\\u0074ype\":\"p\\u0069ng\",\"i\\u0064\":\"c\\u0031\"}"))
        .isEqualTo(decode("{\"type\":\"ping\",\"id\":\"c1\"}"));
  }

  public void aCommandThatIsAnsweredNeedsAnId() {
    JsonNode error =
        RefusalTest.refusal(
            "{\"type\":\"chat\",\"thread_id\":\"t1\",\"payload\":{\"content\":\"hi\"}}");
    assertThat(error.path("payload").path("field").asText()).isEqualTo("/id");
    assertThat(error.path("payload").path("message").asText())
        .isEqualTo("id: missing (expected: a value)");
  }

  public void theTraceAroundAFrameIsThatOfACommandWithoutOne() {
    assertThat(traceOf("", CommandSamples.TRACE)).isEqualTo(CommandSamples.TRACE);
    assertThat(traceOf("", "00-00")).isNull();
    assertThat(traceOf("", null)).isNull();
    String own = CommandSamples.TRACE.replace("4bf9", "0000");
    assertThat(traceOf("\"traceparent\":\"" + own + "\",", CommandSamples.TRACE)).isEqualTo(own);
  }

  private static @Nullable String traceOf(String field, @Nullable String outer) {
    String frame =
        "{%s\"type\":\"chat\",\"id\":\"c1\",\"thread_id\":\"t1\",\"payload\":{\"content\":\"hi\"}}"
            .formatted(field);
    return MessageCodec.decode(frame.getBytes(UTF_8), outer).traceparent();
  }

  public void aCommandThatIsNotTracedHasNoTrace() {
    String frame = "{\"type\":\"ping\",\"id\":\"c1\"}";
    assertThat(MessageCodec.decode(frame.getBytes(UTF_8), CommandSamples.TRACE).traceparent())
        .isNull();
  }

  public void aTokenIsNeverShown() {
    assertThat(decode("{\"type\":\"authenticate\",\"payload\":{\"token\":\"secret\"}}"))
        .hasToString("Authenticate[token=***]");
    assertThat(
            decode("{\"type\":\"refresh_token\",\"id\":\"c1\",\"payload\":{\"token\":\"secret\"}}"))
        .hasToString("RefreshToken[id=c1, token=***]");
  }
}
