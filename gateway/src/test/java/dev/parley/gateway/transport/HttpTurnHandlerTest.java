package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.Metrics;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
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
public class HttpTurnHandlerTest {

  private final Metrics metrics = new Metrics();
  private SlowChannel channel = new SlowChannel();

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    channel = new SlowChannel();
    DeadlineHandler deadline = new DeadlineHandler(Duration.ofSeconds(8), metrics);
    channel.pipeline().addLast(deadline, new HttpServerCodec(), new HttpTurnHandler(deadline));
    channel.pipeline().fireChannelActive();
  }

  @AfterMethod(alwaysRun = true)
  public void nothingIsLeftOver() {
    channel.finishAndReleaseAll();
  }

  private void request() {
    // Past the codec, which is there for the answers only
    channel
        .pipeline()
        .context(HttpServerCodec.class)
        .fireChannelRead(
            new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.GET, "/x", Unpooled.EMPTY_BUFFER));
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

  public void theNextRequestHasADeadlineOfItsOwn() {
    request();
    assertThat(isOpenAfter(20)).isTrue();
    answer(HttpResponseStatus.OK);
    assertThat(isOpenAfter(7)).isTrue();
    assertThat(isOpenAfter(1)).isFalse();
  }

  public void anAnswerThatIsNotTakenEndsTheSocket() {
    request();
    channel.take(0);
    answer(HttpResponseStatus.OK);
    assertThat(channel.config().isAutoRead()).isFalse();
    assertThat(isOpenAfter(8)).isFalse();
    assertThat(metrics.count("socket.deadline_missed")).isPositive();
  }

  public void aPauseOfTheProcessDoesNotUseUpTheTimeOfAClient() {
    channel.advanceTimeBy(60, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(isOpenAfter(5)).isTrue();
    assertThat(isOpenAfter(1)).isFalse();
  }
}
