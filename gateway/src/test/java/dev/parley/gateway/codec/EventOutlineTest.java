package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Subagent;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class EventOutlineTest {

  private static EventOutline outline(ServerEvent event) {
    return EventOutline.read(EventCodec.body(event, new RunId("r_1"), Instant.EPOCH));
  }

  public void namesOfToolsAndSubagentsAreTold() {
    RawJson arguments =
        RawJson.of("{\"tool_name\":\"x\",\"code\":\"x\",\"subagent\":{\"id\":\"x\"}}");
    EventOutline seen =
        outline(
            new ServerEvent.ToolExecuting(
                "call-1", "look up", arguments, new Subagent("s1", "helper", "s0")));
    assertThat(seen)
        .isEqualTo(
            new EventOutline(
                "r_1",
                "1970-01-01T00:00:00.000Z",
                "look up",
                "call-1",
                new Subagent("s1", "helper", "s0"),
                null));
  }

  public void theCodeOfAFailureIsToldButNotItsText() {
    EventOutline seen =
        outline(
            new ServerEvent.AgentFailed(
                ErrorCode.UPSTREAM_TIMEOUT, "secret words", true, null, "secret words"));
    assertThat(seen.code()).isEqualTo("upstream_timeout");
    assertThat(seen.toString()).doesNotContain("secret");
  }

  @DataProvider
  public Object[] broken() {
    return new Object[] {
      "\"timestamp\":\"t\",\"payload\":{",
      "\"timestamp\":\"t\",\"payload\":[]}",
      "\"payload\":{}}",
      "\"timestamp\":7,\"payload\":{}}",
      "\"timestamp\":\"t\",\"payload\":{\"subagent\":{\"id\":\"\",\"name\":\"x\"}}}",
      "",
    };
  }

  @Test(dataProvider = "broken")
  public void whatIsNoEventIsRefused(String body) {
    assertThatThrownBy(() -> EventOutline.read(body.getBytes(UTF_8)))
        .isInstanceOfAny(IllegalArgumentException.class, UncheckedIOException.class);
  }
}
