package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.Metrics;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TlsGuardHandlerTest {

  private final byte[] clientHello = {22, 3, 1, 0, 4, 1, 0, 0, 0};
  private final byte[] cipherChange = {20, 3, 3, 0, 1, 1};
  private final byte[] finished = {22, 3, 3, 0, 2, 7, 7};
  private final byte[] data = {23, 3, 3, 0, 1, 9};
  private Metrics metrics;
  private TlsGuardHandler guard;
  private EmbeddedChannel channel;

  private boolean isDecoding;
  private int alerts;

  /** Stands for the handlers that decode, see data in a record, and write an alert for a close. */
  private final class Decoder extends ChannelDuplexHandler {
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
      alerts++;
      ctx.close(promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (isDecoding) {
        guard.dataDecoded();
      }
      ctx.fireChannelRead(message);
    }
  }

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    metrics = new Metrics();
    isDecoding = false;
    alerts = 0;
    channel = new SlowChannel(); // it keeps a refusal
    guard =
        new TlsGuardHandler(
            metrics, new Refusals(metrics), channel.eventLoop().ticker().nanoTime());
    channel.pipeline().addLast(guard, new Decoder());
  }

  @AfterMethod(alwaysRun = true)
  public void end() {
    channel.finishAndReleaseAll();
  }

  private void send(byte[]... parts) {
    channel.writeInbound(Unpooled.wrappedBuffer(parts));
  }

  private long counted(String outcome) {
    return metrics.count("parley_tls_handshakes_total", "outcome", outcome);
  }

  public void recordsArePassedOnAsTheyCome() {
    int sent = 0;
    for (byte[] record : List.of(clientHello, cipherChange, finished, data)) {
      for (byte each : record) {
        send(new byte[] {each});
        sent++;
      }
    }
    assertThat(channel.inboundMessages()).hasSize(sent);
    assertThat(channel.isOpen()).isTrue();
  }

  /** It could come in the same packet as the end of the first one. */
  public void aSecondHandshakeRightAfterTheFirstIsSeen() {
    send(clientHello, cipherChange, finished, clientHello);
    assertThat(counted("renegotiation")).isEqualTo(1);
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.inboundMessages()).isEmpty();
  }

  public void aSecondHandshakeMuchLaterIsSeen() {
    send(clientHello, cipherChange, finished);
    guard.handshakeEnded(TlsGuardHandler.Outcome.DONE);
    send(data);
    assertThat(channel.isOpen()).isTrue();
    send(clientHello);
    assertThat(counted("renegotiation")).isEqualTo(1);
    assertThat(counted("done")).isEqualTo(1);
    assertThat(channel.isOpen()).isFalse();
    assertThat(alerts).isZero();
  }

  /** The socket stays open for a while, so that its peer can read the refusal. */
  public void nothingPassesAfterARefusal() {
    channel
        .pipeline()
        .addLast(HandlerNames.TLS, new ChannelInboundHandlerAdapter())
        .addLast(HandlerNames.HTTP_HEADERS, new ChannelInboundHandlerAdapter());
    send("GET / HTTP/1.1".getBytes(US_ASCII));
    assertThat(counted("plain_http")).isEqualTo(1);
    send(clientHello, data);
    assertThat(channel.inboundMessages()).isEmpty();
    assertThat(counted("not_tls")).isZero();
    assertThat(channel.isOpen()).isTrue();
  }

  /** RFC 8446, appendix D.4: after a HelloRetryRequest the change comes before the second hello. */
  public void aSecondClientHelloOfOneHandshakePasses() {
    send(clientHello, cipherChange, clientHello, data, data);
    assertThat(channel.isOpen()).isTrue();
  }

  public void theHandshakeIsBounded() {
    byte[] record = new byte[5 + 16_000];
    System.arraycopy(new byte[] {22, 3, 1, 0x3E, (byte) 0x80}, 0, record, 0, 5);
    send(record, record);
    assertThat(channel.isOpen()).isTrue();
    send(record);
    assertThat(counted("too_large")).isEqualTo(1);
    assertThat(channel.isOpen()).isFalse();
  }

  /** Records without data, the first of them a ClientHello. */
  private void begin(int count) {
    send(clientHello);
    sendEmpty(count - 1);
  }

  private void sendEmpty(int count) {
    byte[] keyUpdate = {23, 3, 3, 0, 2, 9, 9};
    for (int i = 0; i < count; i++) {
      send(keyUpdate);
    }
  }

  public void recordsWithoutDataAreBounded() {
    begin(TlsGuardHandler.MAX_EMPTY_RECORDS);
    assertThat(channel.isOpen()).isTrue();
    sendEmpty(1);
    assertThat(counted("empty_records")).isEqualTo(1);
    assertThat(channel.isOpen()).isFalse();
  }

  public void manyInOneReadAreBoundedToo() {
    byte[] none = new byte[5 * TlsGuardHandler.MAX_EMPTY_RECORDS];
    for (int at = 0; at < none.length; at += 5) {
      System.arraycopy(new byte[] {23, 3, 3, 0, 0}, 0, none, at, 5);
    }
    send(clientHello, none);
    assertThat(counted("empty_records")).isEqualTo(1);
    assertThat(channel.isOpen()).isFalse();
  }

  public void afterAWhileMoreMayCome() {
    begin(TlsGuardHandler.MAX_EMPTY_RECORDS);
    channel.advanceTimeBy(6, TimeUnit.SECONDS);
    sendEmpty(TlsGuardHandler.MAX_EMPTY_RECORDS / 10);
    assertThat(channel.isOpen()).isTrue();
    sendEmpty(1);
    assertThat(channel.isOpen()).isFalse();
  }

  /** A record counts when it is complete, and not if there is data in it. */
  public void recordsWithDataAreNotBounded() {
    byte[] head = {23, 3, 3, 0, 2, 9};
    send(clientHello);
    for (int i = 0; i < 3 * TlsGuardHandler.MAX_EMPTY_RECORDS; i++) {
      send(head);
      isDecoding = true;
      send(new byte[] {9});
      isDecoding = false;
    }
    assertThat(channel.isOpen()).isTrue();
  }
}
