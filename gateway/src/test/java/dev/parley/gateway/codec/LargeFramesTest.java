package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.ClientCommand;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The limits of frames in frames of the largest sizes. */
@Test(groups = "unit")
public class LargeFramesTest {

  @DataProvider
  public Object[] deep() {
    return new Object[] {
      "{\"a\":".repeat(9_000) + "1" + "}".repeat(9_000),
      "{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}",
    };
  }

  @Test(dataProvider = "deep")
  public void aVeryDeepFrameIsRefusedUnderTheIdAtItsBeginningAndAtItsEnd(String context) {
    String idFirst = FrameLimitsTest.start(context);
    for (String frame : new String[] {idFirst, FrameLimitsTest.idLast(context)}) {
      JsonNode refusal = RefusalTest.refusal(frame);
      assertThat(refusal.path("id").asText()).isEqualTo("c1");
      assertThat(refusal.path("payload").path("message").asText())
          .startsWith("frame: nested deeper than 64");
    }
  }

  @DataProvider
  public Object[] large() {
    return new Object[] {
      "{\"text\":\"" + "x".repeat(500_000) + "\"}",
      "{\"list\":[" + "1,".repeat(200_000) + "1]}",
      manyMembers(100_000),
    };
  }

  private static String manyMembers(int members) {
    StringBuilder object = new StringBuilder("{\"m\":0");
    for (int i = 0; i < members; i++) {
      object.append(",\"m").append(i).append("\":0");
    }
    return object.append('}').toString();
  }

  @Test(dataProvider = "large")
  public void aLargeValueWithinTheLimitsIsTakenAsItIs(String context) {
    ClientCommand command = MessageCodec.decode(FrameLimitsTest.start(context).getBytes(UTF_8));
    assertThat(((ClientCommand.StartAgent) command).context()).hasToString(context);
  }

  /** No time is measured: a search that is not linear would take hours. */
  @Test(timeOut = 60_000)
  public void theSearchInALargeFrameEnds() {
    String deep = "{\"a\":" + "[".repeat(4_000_000);
    assertThat(RefusalTest.refusal("{\"id\":\"c1\",\"payload\":" + deep).path("id").asText())
        .isEqualTo("c1");
    String doubled = manyMembers(300_000).replaceFirst("}$", ",\"m\":1}");
    assertThat(
            RefusalTest.refusal(FrameLimitsTest.start(doubled))
                .path("payload")
                .path("message")
                .asText())
        .contains("the name m twice");
  }
}
