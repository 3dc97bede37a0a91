package dev.parley.gateway.agent.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Secret;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The signature is that of Standard Webhooks: the example of its own documentation. */
@Test(groups = "unit")
public class HookSignatureTest {

  private static final String KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  public void theExampleOfTheSpecificationIsSignedAsThere() {
    HookSignature signature = new HookSignature(HookKey.PARSER.parse(KEY).orElseThrow());
    String signed =
        signature.of(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}".getBytes(UTF_8));
    assertThat(signed).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  public void anotherTextIsTheKeyItself() {
    String text = "not base64, but 24 bytes or more";
    assertThat(HookKey.PARSER.parse(text)).contains(Secret.of(text));
  }

  @DataProvider
  public Object[] unusable() {
    return new Object[] {
      "", "too short", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%%%%%%%%%%%%%%%%%%%%%%"
    };
  }

  @Test(dataProvider = "unusable")
  public void aKeyThatIsTooShortOrNoBase64IsRefused(String text) {
    assertThat(HookKey.PARSER.parse(text)).isEmpty();
  }
}
