package dev.parley.gateway.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

@Test(groups = "unit")
public class RawJsonTest {

  public void rawJsonIsItsBytes() {
    RawJson made = RawJson.of("{\"a\":\"é\"}");
    RawJson read = RawJson.checked("{\"a\":\"é\"}".getBytes(UTF_8));
    assertThat(made).isEqualTo(read).hasSameHashCodeAs(read).hasToString("{\"a\":\"é\"}");
    assertThat(made.length()).isEqualTo(10);
    RawJson other = RawJson.of("{\"a\": \"é\"}");
    assertThat(made).isNotEqualTo(other).doesNotHaveSameHashCodeAs(other);
  }

  public void halvesOfSurrogatePairsAreReplacedBeforeAnythingIsEncoded() {
    assertThat(RawJson.of("\"a\uD83D\"")).hasToString("\"a\uFFFD\"");
  }

  public void onlyWhatAParserHasReadIsChecked() {
    assertThat(RawJson.of("1").isChecked()).isFalse();
    assertThat(RawJson.checked(new byte[] {'1'}).isChecked()).isTrue();
  }
}
