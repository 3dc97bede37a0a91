package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ToolStatus;
import java.time.Instant;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class RunFoldTest {

  private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");
  private static final RawJson JSON = RawJson.checked("{}".getBytes(UTF_8));

  private RunFold fold;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    fold = new RunFold();
  }

  private void add(ServerEvent event, long millis) {
    RunId run = new RunId("r_1");
    fold.add(event.type(), EventCodec.body(event, run, BEGIN.plusMillis(millis)));
  }

  private void executing(String call, long millis) {
    add(new ServerEvent.ToolExecuting(call, "calc\"ulator", JSON), millis);
  }

  private static ServerEvent end(String call, ToolStatus status, long millis) {
    return new ServerEvent.ToolCompleted(call, "calc\"ulator", status, null, null, false, millis);
  }

  public void nothingIsOpenAtFirst() {
    assertThat(fold.openTools(BEGIN)).isEmpty();
    assertThat(fold.partialText()).isNull();
  }

  public void toolsThatDidNotEndAreOpenInTheirOrder() {
    executing("k1", 0);
    executing("k2", 10);
    executing("k3", 20);
    add(end("k2", ToolStatus.OK, 1), 30);
    assertThat(fold.openTools(BEGIN.plusMillis(100)))
        .containsExactly(end("k1", ToolStatus.UNKNOWN, 100), end("k3", ToolStatus.UNKNOWN, 80));
  }

  public void aToolOfASubagentEndsAsItsOwn() {
    Subagent writer = new Subagent("s", "writer");
    add(new ServerEvent.ToolExecuting("k1", "look", JSON, writer), 0);
    assertThat(fold.openTools(BEGIN))
        .containsExactly(
            new ServerEvent.ToolCompleted(
                "k1", "look", ToolStatus.UNKNOWN, null, null, false, 0, writer));
  }

  public void aClockThatWentBackMakesNoNegativeDuration() {
    executing("k1", 50);
    assertThat(fold.openTools(BEGIN)).containsExactly(end("k1", ToolStatus.UNKNOWN, 0));
  }

  public void theTextIsAllPiecesJoined() {
    MessageId message = new MessageId("m_1");
    add(new ServerEvent.AgentMessage(message, 0, "a\uD83D\uDE00"), 0);
    executing("k1", 0);
    add(new ServerEvent.CustomEvent("x", JSON), 0);
    add(new ServerEvent.AgentMessage(message, 3, "b"), 0);
    assertThat(fold.partialText()).isEqualTo("a\uD83D\uDE00b");
  }
}
