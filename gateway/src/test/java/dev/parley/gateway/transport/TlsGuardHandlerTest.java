package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.Metrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
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
  private Reads reads;
  private TlsGuardHandler guard;
  private EmbeddedChannel channel;

  private static final class Reads extends ChannelOutboundHandlerAdapter {
    private int count;

    @Override
    public void read(ChannelHandlerContext ctx) {
      count++;
      ctx.read();
    }
  }

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    metrics = new Metrics();
    reads = new Reads();
    guard = new TlsGuardHandler(metrics, new Refusals(metrics));
    channel = new EmbeddedChannel(reads, guard);
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

  /** A peer that asks for key updates and takes no answer. */
  public void nothingIsReadFromAPeerThatTakesNothing() {
    int before = reads.count;
    ByteBuf waiting = channel.alloc().buffer().writeZero(TlsGuardHandler.MAX_WAITING + 1);
    channel.write(waiting);
    channel.read();
    assertThat(reads.count).isEqualTo(before);
    channel.flush();
    assertThat(reads.count).isGreaterThan(before);
  }
}
