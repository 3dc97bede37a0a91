package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.Metrics;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class FailureHandlerTest {

  @DataProvider
  public Object[][] failures() {
    return new Object[][] {
      {new CorruptedWebSocketFrameException(), "8:1002"},
      {corrupted(WebSocketCloseStatus.INVALID_PAYLOAD_DATA), "8:1007"},
      {corrupted(WebSocketCloseStatus.MESSAGE_TOO_BIG), "8:1009"},
      {new TooLongFrameException(), "8:1009"},
      {new CorruptedFrameException(), "8:1002"},
      {new IllegalStateException("secret"), "8:1011"},
      {new AssertionError(), "8:1011"},
    };
  }

  private static Throwable corrupted(WebSocketCloseStatus status) {
    return new CorruptedWebSocketFrameException(status, "broken");
  }

  @Test(dataProvider = "failures")
  public void isToldByItsCode(Throwable failure, String close) {
    Wire wire = new Wire();
    wire.channel.pipeline().addLast(new FailureHandler(new Refusals(new Metrics())));
    wire.open();
    wire.channel.pipeline().fireExceptionCaught(failure);
    assertThat(wire.written()).containsExactly("welcome", close);
    assertThat(wire.channel.finish()).isFalse();
  }

  public void aRefusedSocketStaysOpenForTheRefusal() {
    for (boolean isRefused : new boolean[] {true, false}) {
      EmbeddedChannel channel = new EmbeddedChannel();
      if (isRefused) {
        channel.pipeline().addLast(HandlerNames.HTTP_DISCARD, new DiscardHandler());
      }
      channel.pipeline().addLast(new FailureHandler(new Refusals(new Metrics())));
      channel.pipeline().fireExceptionCaught(new CorruptedFrameException());
      assertThat(channel.isOpen()).isEqualTo(isRefused);
      channel.close();
    }
  }

  @DataProvider
  Object[][] losses() {
    IOException reset = new IOException("reset");
    return new Object[][] {{reset}, {new UncheckedIOException(reset)}};
  }

  @Test(dataProvider = "losses")
  public void aLostSocketIsClosedWithoutAWord(Throwable loss) {
    Wire wire = new Wire();
    wire.channel.pipeline().addLast(new FailureHandler(new Refusals(new Metrics())));
    wire.open();
    wire.channel.pipeline().fireExceptionCaught(loss);
    assertThat(wire.written()).containsExactly("welcome");
    assertThat(wire.channel.isOpen()).isFalse();
  }
}
