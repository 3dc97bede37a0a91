package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.limit.FairThreads;
import dev.parley.gateway.monitor.Metrics;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import javax.net.ssl.SSLException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Which peers are told in TLS of the end of their socket. */
@Test(groups = "unit", singleThreaded = true)
public class TlsEndHandlerTest {

  private FairThreads threads;
  private SlowChannel channel;
  private int told;

  /** In the place of TLS, which writes an alert for a close and waits until it is taken. */
  private final class Alert extends ChannelOutboundHandlerAdapter {
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
      told++;
      ctx.close(promise);
    }
  }

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    told = 0;
    threads = new FairThreads("test", new FairThreads.Bounds(1, 9, 9, 9), fault -> {});
    channel = new SlowChannel();
    Metrics metrics = new Metrics();
    long now = channel.eventLoop().ticker().nanoTime();
    TlsGuardHandler guard = new TlsGuardHandler(metrics, new Refusals(metrics), now);
    TlsSteps steps = new TlsSteps(channel, threads, () -> null);
    channel.pipeline().addLast(guard, new Alert(), new TlsEndHandler(guard, steps));
  }

  @AfterMethod(alwaysRun = true)
  public void end() {
    channel.finishAndReleaseAll();
    threads.close();
  }

  public void aPeerIsToldOfTheEnd() {
    channel.close();
    assertThat(told).isEqualTo(1);
    assertThat(channel.isOpen()).isFalse();
  }

  public void aRecordThatCannotBeReadEndsTheSocket() {
    channel.pipeline().fireExceptionCaught(new DecoderException(new SSLException("bad record")));
    channel.checkException(); // nobody else is told
    assertThat(channel.isOpen()).isFalse();
  }

  public void anotherFailureIsPassedOn() {
    IllegalStateException failure = new IllegalStateException("no record");
    channel.pipeline().fireExceptionCaught(failure);
    assertThatThrownBy(channel::checkException).isSameAs(failure);
    assertThat(channel.isOpen()).isTrue();
  }

  public void aPeerThatTakesNothingIsNotWaitedFor() {
    channel.take(0);
    channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[9]));
    channel.close();
    assertThat(told).isZero();
    assertThat(channel.isOpen()).isFalse();
  }

  /** The bytes of the last write count as waiting until its listeners have been called. */
  public void aPeerThatTakesTheLastWriteIsTold() {
    channel.write(Unpooled.wrappedBuffer(new byte[9])).addListener(ChannelFutureListener.CLOSE);
    channel.flush();
    channel.runPendingTasks();
    assertThat(told).isEqualTo(1);
    assertThat(channel.isOpen()).isFalse();
  }
}
