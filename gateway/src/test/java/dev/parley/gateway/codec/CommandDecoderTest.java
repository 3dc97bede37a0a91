package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.ClientCommand;
import java.util.Iterator;
import java.util.Map;
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

  public void aTokenIsNeverShown() {
    ClientCommand command =
        decode("{\"type\":\"authenticate\",\"payload\":{\"token\":\"secret\"}}");
    assertThat(command.toString()).doesNotContain("secret");
  }
}
