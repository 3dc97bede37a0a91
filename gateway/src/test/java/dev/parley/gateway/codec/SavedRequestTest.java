package dev.parley.gateway.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.RawJson;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SavedRequestTest {

  private static final RawJson INPUT = RawJson.of("{ \"a\" : 1.50 }");
  private static final RawJson CONTEXT = RawJson.of("{\"b\": [\"é\"] }");

  @DataProvider
  public Object[][] requests() {
    String trace = CommandSamples.TRACE;
    return new Object[][] {
      {new SavedRequest(INPUT, null, null), "{\"input\":{ \"a\" : 1.50 }}"},
      {
        new SavedRequest(INPUT, CONTEXT, null),
        "{\"input\":{ \"a\" : 1.50 },\"context\":{\"b\": [\"é\"] }}"
      },
      {
        new SavedRequest(RawJson.of("\"go\""), null, trace),
        "{\"input\":\"go\",\"traceparent\":\"" + trace + "\"}"
      },
      {
        new SavedRequest(INPUT, CONTEXT, trace),
        "{\"input\":{ \"a\" : 1.50 },\"context\":{\"b\": [\"é\"] },\"traceparent\":\""
            + trace
            + "\"}"
      },
    };
  }

  @Test(dataProvider = "requests")
  public void isReadAsItWasWritten(SavedRequest request, String json) {
    RawJson written = request.toJson();
    assertThat(written).hasToString(json);
    assertThat(written.isChecked()).isTrue();
    assertThat(SavedRequest.read(written)).isEqualTo(request);
  }

  @DataProvider
  public Object[][] damaged() {
    String broken = "saved request: broken JSON (expected: what was stored)";
    return new Object[][] {
      {"{}", "input: END_OBJECT (expected: a value)"},
      {"7", "event: VALUE_NUMBER_INT (expected: an object)"},
      {
        "{\"input\":1,\"traceparent\":7}", "traceparent: VALUE_NUMBER_INT (expected: a string)",
      },
      {"{\"input\":[1", broken},
      {"{\"input\":1,\"context\":{", broken},
    };
  }

  @Test(dataProvider = "damaged")
  public void anythingElseIsRefused(String json, String message) {
    RawJson damaged = RawJson.of(json);
    assertThatThrownBy(() -> SavedRequest.read(damaged)).hasMessage(message);
  }
}
