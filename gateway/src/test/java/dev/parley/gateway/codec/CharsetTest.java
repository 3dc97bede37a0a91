package dev.parley.gateway.codec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.RefusedException;
import java.nio.charset.Charset;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A text frame is UTF-8; no other encoding is detected. */
@Test(groups = "unit")
public class CharsetTest {

  private static final String CHAT =
      "{\"type\":\"chat\",\"id\":\"c\",\"thread_id\":\"t\",\"payload\":{\"content\":\"x\"}}";

  @DataProvider
  public Object[] others() {
    return new Object[] {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"};
  }

  @Test(dataProvider = "others")
  public void refusesJsonInAnotherEncoding(String name) {
    byte[] frame = CHAT.getBytes(Charset.forName(name));
    assertThatThrownBy(() -> MessageCodec.decode(frame))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("well-formed");
  }
}
