package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.GatewayConfig;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.CloseReason;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit", singleThreaded = true)
public class InflateHandlerTest {

  private static final int RSV1 = CompressedFrameDecoder.RSV1;
  private static final byte[] HELLO = Deflated.of("Hello, hello", 6);

  private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false);
  private SlowChannel channel;
  private Metrics metrics;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    channel = new SlowChannel();
    channel.config().setAllocator(buffers);
    metrics = new Metrics();
    Closer closer = new Closer(channel, new WebSocketFraming(), Duration.ofSeconds(30), metrics);
    FrameLimitHandler limits =
        new FrameLimitHandler(
            GatewayConfig.of(Map.of()).listener().frames(), closer.writer(), closer, metrics, 0);
    channel
        .pipeline()
        .addLast(closer)
        .addLast(limits)
        .addLast(
            new InflateHandler(new Compression(metrics.compression()), 65_536, limits, closer));
  }

  @AfterMethod(alwaysRun = true)
  public void everyBufferIsReleased() {
    channel.finishAndReleaseAll();
    assertThat(buffers.metric().usedHeapMemory()).isZero();
    assertThat(buffers.metric().usedDirectMemory()).isZero();
  }

  private void receive(WebSocketFrame frame) {
    channel.writeInbound(frame);
  }

  private String read() {
    TextWebSocketFrame frame = channel.readInbound();
    String text = frame.content().toString(UTF_8);
    frame.release();
    return text;
  }

  public void aCompressedMessageBecomesOneFrameOfText() {
    receive(new TextWebSocketFrame(true, RSV1, Unpooled.wrappedBuffer(HELLO)));
    assertThat(read()).isEqualTo("Hello, hello");
    assertThat(metrics.count("parley_inflated_messages_total")).isEqualTo(1);
    assertThat(metrics.count("parley_inflated_text_bytes_total")).isEqualTo(12);
    assertThat(metrics.count("parley_inflated_wire_bytes_total")).isEqualTo(HELLO.length);
  }

  public void itsFragmentsWaitUntilItIsWhole() {
    receive(new TextWebSocketFrame(false, RSV1, Unpooled.wrappedBuffer(HELLO, 0, 4)));
    receive(new ContinuationWebSocketFrame(false, 0, Unpooled.EMPTY_BUFFER));
    assertThat(channel.<Object>readInbound()).isNull();
    byte[] rest = Arrays.copyOfRange(HELLO, 4, HELLO.length);
    receive(new ContinuationWebSocketFrame(true, 0, Unpooled.wrappedBuffer(rest)));
    assertThat(read()).isEqualTo("Hello, hello");
  }

  public void aMessageThatIsNotCompressedPassesUnchanged() {
    receive(new TextWebSocketFrame(false, 0, Unpooled.copiedBuffer("one", UTF_8)));
    assertThat(read()).isEqualTo("one");
    receive(new ContinuationWebSocketFrame(true, 0, Unpooled.copiedBuffer("two", UTF_8)));
    ContinuationWebSocketFrame second = channel.readInbound();
    assertThat(second.text()).isEqualTo("two");
    second.release();
  }

  public void aMessageThatNeverEndsIsReleasedWithItsSocket() {
    receive(new TextWebSocketFrame(false, RSV1, Unpooled.wrappedBuffer(HELLO, 0, 4)));
    assertThat(buffers.metric().usedHeapMemory() + buffers.metric().usedDirectMemory())
        .isPositive();
  }

  public void badDataIsAViolationInItsPlace() {
    receive(new TextWebSocketFrame(true, RSV1, Unpooled.wrappedBuffer(new byte[] {6})));
    Violation violation = channel.readInbound();
    assertThat(violation.reason()).isEqualTo(CloseReason.BAD_DEFLATE);
    receive(new TextWebSocketFrame(true, RSV1, Unpooled.wrappedBuffer(HELLO)));
    assertThat(channel.<Object>readInbound()).isNull();
  }
}
