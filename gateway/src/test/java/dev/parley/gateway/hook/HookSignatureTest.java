package dev.parley.gateway.hook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Reloadable;
import dev.parley.gateway.config.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The signature is that of Standard Webhooks: the example of its own documentation. */
@Test(groups = "unit")
public class HookSignatureTest {

  private static final String KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static String signed(Secret... keys) {
    return signed(new HookSignature(List.of(keys)));
  }

  private static String signed(HookSignature signature) {
    byte[] body = "{\"test\": 2432232314}".getBytes(UTF_8);
    Instant now = Instant.ofEpochSecond(1_614_265_330);
    Map<String, String> headers = signature.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", now, body);
    assertThat(headers)
        .containsOnlyKeys("webhook-id", "webhook-timestamp", "webhook-signature")
        .containsEntry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
        .containsEntry("webhook-timestamp", "1614265330");
    return headers.getOrDefault("webhook-signature", "");
  }

  public void theExampleOfTheSpecificationIsSignedAsThere() {
    assertThat(signed(HookKey.PARSER.parse(KEY).orElseThrow()))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  public void whileTheKeyChangesBothSign() {
    Secret last = HookKey.PARSER.parse(KEY).orElseThrow();
    Secret current = Secret.of("another key, of 24 bytes or more");
    assertThat(signed(current, last)).isEqualTo(signed(current) + " " + signed(last));
  }

  public void aReloadSignsWithTheNewKeysFromThenOn() {
    Secret old = HookKey.PARSER.parse(KEY).orElseThrow();
    Secret young = Secret.of("another key, of 24 bytes or more");
    HookKeys keys = new HookKeys(List.of(old));
    HookSignature signature = new HookSignature(keys);
    Reloadable.Change change =
        keys.with("alerts", new HookKeys(List.of(young, old)))
            .prepare(new Problems())
            .orElseThrow();
    assertThat(change.isNew()).isTrue();
    assertThat(signed(signature)).isEqualTo(signed(old));
    change.apply().run();
    assertThat(signed(signature)).isEqualTo(signed(young, old));
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
