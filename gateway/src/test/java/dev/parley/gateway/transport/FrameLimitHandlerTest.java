package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.transport.ListenerConfig.FrameLimits;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** How many frames and bytes a connection may send, to the last one, in virtual time. */
@Test(groups = "unit", singleThreaded = true)
public class FrameLimitHandlerTest {

  private static final int MAX_BYTES = 1_000;
  private static final int FRAGMENTS = 3;
  private static final int PER_SECOND = 5;
  private static final int BURST = 20;
  private static final int BYTES_PER_SECOND = 4_000;

  private SlowChannel channel;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    channel = new SlowChannel();
    Metrics metrics = new Metrics();
    Closer closer = new Closer(channel, new WebSocketFraming(), Duration.ofSeconds(30), metrics);
    FrameLimits limits = new FrameLimits(MAX_BYTES, FRAGMENTS, PER_SECOND, BURST, BYTES_PER_SECOND);
    long now = channel.eventLoop().ticker().nanoTime();
    channel
        .pipeline()
        .addLast(closer, new FrameLimitHandler(limits, closer.writer(), closer, metrics, now));
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    channel.finishAndReleaseAll();
  }

  /** Why the frame ends the connection; null if it does not. */
  private @Nullable CloseReason objection(WebSocketFrame frame) {
    channel.writeInbound(frame);
    for (Object passed = channel.readInbound(); passed != null; passed = channel.readInbound()) {
      if (passed instanceof Violation violation) {
        return violation.reason();
      }
      ReferenceCountUtil.release(passed);
    }
    return null;
  }

  private int passed(Supplier<WebSocketFrame> frames) {
    for (int passed = 0; passed < 1_000; passed++) {
      CloseReason objection = objection(frames.get());
      if (objection != null) {
        assertThat(objection).isEqualTo(CloseReason.FLOOD);
        return passed;
      }
    }
    return Integer.MAX_VALUE;
  }

  private static WebSocketFrame text(int bytes) {
    return new TextWebSocketFrame(Unpooled.wrappedBuffer(new byte[bytes]));
  }

  private static WebSocketFrame fragment(int bytes, boolean isFirst, boolean isLast) {
    var payload = Unpooled.wrappedBuffer(new byte[bytes]);
    return isFirst
        ? new TextWebSocketFrame(isLast, 0, payload)
        : new ContinuationWebSocketFrame(isLast, 0, payload);
  }

  @DataProvider
  public Object[][] kinds() {
    Supplier<WebSocketFrame> pings = () -> new PingWebSocketFrame(Unpooled.EMPTY_BUFFER);
    Supplier<WebSocketFrame> pongs = () -> new PongWebSocketFrame(Unpooled.EMPTY_BUFFER);
    Supplier<WebSocketFrame> texts = () -> text(1);
    return new Object[][] {{"text", texts}, {"pings", pings}, {"pongs", pongs}};
  }

  @Test(dataProvider = "kinds")
  public void theFrameBeyondTheBurstIsAFlood(String kind, Supplier<WebSocketFrame> frames) {
    assertThat(passed(frames)).as(kind).isEqualTo(BURST);
  }

  public void afterTheBurstThereAreSoManyASecond() {
    for (int i = 0; i < BURST; i++) {
      assertThat(objection(text(1))).isNull();
    }
    channel.advanceTimeBy(2, TimeUnit.SECONDS);
    assertThat(passed(() -> text(1))).isEqualTo(2 * PER_SECOND);
  }

  public void theByteBeyondThoseOfASecondIsAFlood() {
    for (int sent = 0; sent < BYTES_PER_SECOND; sent += MAX_BYTES) {
      assertThat(objection(text(MAX_BYTES))).isNull();
    }
    assertThat(objection(text(0))).isNull();
    assertThat(objection(text(1))).isEqualTo(CloseReason.FLOOD);
  }

  public void aSecondLaterAsManyBytesMayCome() {
    for (int sent = 0; sent < BYTES_PER_SECOND; sent += MAX_BYTES) {
      assertThat(objection(text(MAX_BYTES))).isNull();
    }
    channel.advanceTimeBy(500, TimeUnit.MILLISECONDS);
    assertThat(passed(() -> text(MAX_BYTES))).isEqualTo(BYTES_PER_SECOND / 2 / MAX_BYTES);
  }

  public void aPingCountsWithItsBytes() {
    for (int sent = 0; sent < BYTES_PER_SECOND; sent += MAX_BYTES) {
      assertThat(objection(text(MAX_BYTES))).isNull();
    }
    assertThat(objection(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[1]))))
        .isEqualTo(CloseReason.FLOOD);
  }

  public void aMessageHasSoManyFragmentsAndTheNextOneHasItsOwn() {
    for (int message = 0; message < 2; message++) {
      assertThat(objection(fragment(0, true, false))).isNull();
      assertThat(objection(fragment(0, false, false))).isNull();
      assertThat(objection(new PingWebSocketFrame(Unpooled.EMPTY_BUFFER))).isNull();
      assertThat(objection(fragment(0, false, true))).isNull();
    }
    for (int i = 0; i < FRAGMENTS; i++) {
      assertThat(objection(fragment(0, i == 0, false))).isNull();
    }
    assertThat(objection(fragment(0, false, true))).isEqualTo(CloseReason.TOO_MANY_FRAGMENTS);
  }

  public void aMessageHasSoManyBytesInAllItsFragments() {
    for (int message = 0; message < 2; message++) {
      assertThat(objection(fragment(MAX_BYTES - 1, true, false))).isNull();
      assertThat(objection(fragment(1, false, true))).isNull();
    }
    assertThat(objection(fragment(MAX_BYTES, true, false))).isNull();
    assertThat(objection(fragment(1, false, true))).isEqualTo(CloseReason.TOO_LARGE);
  }

  public void aBinaryFrameIsRefused() {
    assertThat(objection(new BinaryWebSocketFrame(Unpooled.EMPTY_BUFFER)))
        .isEqualTo(CloseReason.NOT_TEXT);
  }
}
