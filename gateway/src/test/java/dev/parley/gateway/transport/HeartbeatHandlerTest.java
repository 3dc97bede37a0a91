package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import java.time.Duration;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class HeartbeatHandlerTest {

  private Wire wire;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    wire = new Wire();
    HeartbeatHandler heartbeat =
        new HeartbeatHandler(Duration.ofSeconds(20), wire.closer.writer(), wire.closer);
    wire.channel.pipeline().addFirst(heartbeat);
    wire.open();
  }

  public void twoPingsWithoutAnAnswerAreTheEnd() {
    wire.pass(20);
    wire.pass(20);
    assertThat(wire.written()).containsExactly("welcome", "9:", "9:");
    wire.pass(20);
    assertThat(wire.written()).endsWith("8:4408");
    assertThat(wire.channel.finish()).isFalse();
  }

  public void anyFrameIsASignOfLife() {
    for (int beat = 0; beat < 10; beat++) {
      wire.pass(20);
      wire.channel.writeInbound(new PongWebSocketFrame());
    }
    assertThat(wire.closer.isClosing()).isFalse();
    assertThat(wire.channel.finish()).isFalse();
  }

  public void silenceProvesNothingWhileTheGatewayDoesNotRead() {
    wire.receivePings(2); // no others arrive before these are answered
    for (int beat = 0; beat < 10; beat++) {
      wire.pass(20);
    }
    assertThat(wire.closer.isClosing()).isFalse();
    assertThat(wire.channel.finish()).isFalse();
  }

  public void beatsThatAPauseLeftOutAreNotMadeUpFor() {
    wire.pass(20);
    wire.channel.writeInbound(new PongWebSocketFrame());
    wire.standStill(200); // the process stood still
    wire.pass(19);
    assertThat(wire.written()).filteredOn("9:"::equals).hasSize(2);
    assertThat(wire.closer.isClosing()).isFalse();
    assertThat(wire.channel.finish()).isFalse();
  }

  public void afterALateBeatThereIsAWholeOneForThePong() {
    wire.pass(20);
    wire.pass(20); // the first pong is missing
    wire.standStill(200); // the second one too, but it may be unread in the socket
    assertThat(wire.closer.isClosing()).isFalse();
    wire.pass(19);
    wire.channel.writeInbound(new PongWebSocketFrame());
    wire.pass(1);
    assertThat(wire.closer.isClosing()).isFalse();
    assertThat(wire.channel.finish()).isFalse();
  }

  public void whoIsStillSilentAfterThatIsDead() {
    wire.pass(20);
    wire.pass(20);
    wire.standStill(200);
    wire.pass(20);
    assertThat(wire.written()).endsWith("8:4408");
    assertThat(wire.channel.finish()).isFalse();
  }
}
