package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.Metrics;
import io.netty.buffer.Unpooled;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class HttpPipeliningHandlerTest {

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(75);

  private Metrics metrics = new Metrics();
  private SlowChannel channel = new SlowChannel();

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    metrics = new Metrics();
    channel = new SlowChannel();
    DeadlineHandler deadline = new DeadlineHandler(Duration.ofSeconds(8), KEEP_ALIVE, metrics);
    channel
        .pipeline()
        .addLast(deadline, new HttpServerCodec(), new HttpPipeliningHandler(deadline, KEEP_ALIVE));
    channel.pipeline().fireChannelActive();
  }

  @AfterMethod(alwaysRun = true)
  public void nothingIsLeftOver() {
    channel.finishAndReleaseAll();
  }

  private void request() {
    receive(
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.GET, "/x", Unpooled.EMPTY_BUFFER));
  }

  /** Not through the codec, which is needed only for the answers. */
  private void receive(HttpRequest request) {
    channel.pipeline().context(HttpServerCodec.class).fireChannelRead(request);
  }

  private void answer(HttpResponseStatus status) {
    HttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
    channel.writeAndFlush(response);
  }

  private boolean isOpenAfter(long seconds) {
    for (long passed = 0; passed < seconds; passed++) {
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
      channel.runScheduledPendingTasks();
    }
    return channel.isOpen();
  }

  public void anAnswerMayTakeItsTimeAndNothingIsReadMeanwhile() {
    request();
    assertThat(isOpenAfter(1000)).isTrue();
    assertThat(channel.config().isAutoRead()).isFalse();
    answer(HttpResponseStatus.CONTINUE);
    assertThat(channel.config().isAutoRead()).isFalse();
    answer(HttpResponseStatus.OK);
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  public void betweenTwoRequestsASocketMayBeIdle() {
    request();
    assertThat(isOpenAfter(20)).isTrue();
    answer(HttpResponseStatus.OK);
    assertThat(isOpenAfter(74)).isTrue();
    assertThat(isOpenAfter(4)).isFalse(); // each of its steps ends at a whole second here
    assertThat(metrics.count("parley_socket_deadlines_missed_total")).isZero();
  }

  public void theNextRequestHasADeadlineOfItsOwnFromItsFirstByteOn() {
    request();
    answer(HttpResponseStatus.OK);
    assertThat(isOpenAfter(70)).isTrue();
    channel.writeInbound(Unpooled.copiedBuffer("GET", US_ASCII));
    assertThat(isOpenAfter(7)).isTrue();
    channel.writeInbound(Unpooled.copiedBuffer(" /x", US_ASCII));
    assertThat(isOpenAfter(1)).isFalse();
    assertThat(metrics.count("parley_socket_deadlines_missed_total")).isEqualTo(1);
  }

  public void theNextRequestHasItAlsoIfItsHeadWasReadWithTheOneBefore() {
    request();
    answer(HttpResponseStatus.OK);
    receive(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/x"));
    assertThat(isOpenAfter(7)).isTrue();
    assertThat(isOpenAfter(1)).isFalse();
    assertThat(metrics.count("parley_socket_deadlines_missed_total")).isEqualTo(1);
  }

  public void anAnswerTellsHowLongTheSocketIsKept() {
    request();
    answer(HttpResponseStatus.OK);
    assertThat(new String(channel.taken(), US_ASCII))
        .containsIgnoringCase("keep-alive: timeout=75\r\n");
  }

  public void anAnswerThatIsNotTakenEndsTheSocket() {
    request();
    channel.take(0);
    answer(HttpResponseStatus.OK);
    assertThat(channel.config().isAutoRead()).isFalse();
    assertThat(isOpenAfter(8)).isFalse();
    assertThat(metrics.count("parley_socket_deadlines_missed_total")).isPositive();
  }

  public void aPauseOfTheProcessDoesNotUseUpTheTimeOfAClient() {
    channel.advanceTimeBy(60, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(isOpenAfter(5)).isTrue();
    assertThat(isOpenAfter(1)).isFalse();
  }

  /** The first frame then goes in one call of the system with the answer. */
  public void theAnswerToAHandshakeWaitsForWhatFollows() {
    upgrade();
    assertThat(channel.taken()).isEmpty();
    channel.writeOutbound(Unpooled.copiedBuffer("frame", US_ASCII));
    assertThat(new String(channel.taken(), US_ASCII)).startsWith("HTTP/1.1 101").endsWith("frame");
    assertThat(channel.isOpen()).isTrue();
  }

  public void aHandshakeOfAClientThatSendsNothingMoreIsAnsweredAndTheSocketCloses() {
    request();
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    upgrade();
    assertThat(new String(channel.taken(), US_ASCII)).startsWith("HTTP/1.1 101");
    assertThat(channel.isOpen()).isFalse();
  }

  private void upgrade() {
    channel.write(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER));
    channel.pipeline().remove(HttpPipeliningHandler.class);
    channel.pipeline().remove(HttpServerCodec.class);
    channel.runPendingTasks();
  }
}
