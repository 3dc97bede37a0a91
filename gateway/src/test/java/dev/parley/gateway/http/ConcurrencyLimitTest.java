package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ConcurrencyLimitTest {

  private static final UserId ADA = new UserId("default", "ada");
  private static final UserId BOB = new UserId("default", "bob");

  public void aUserGetsNoMorePlacesThanTheLimit() {
    ConcurrencyLimit limit = new ConcurrencyLimit("pages", 2);
    limit.acquire(ADA);
    limit.acquire(ADA);
    assertThatThrownBy(() -> limit.acquire(ADA))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused ->
                assertThat(refused.refusal().status()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS));
    limit.acquire(BOB);
    limit.release(ADA);
    limit.acquire(ADA);
    assertThat(limit.inFlight(ADA)).isEqualTo(2);
    assertThat(limit.inFlight(BOB)).isEqualTo(1);
  }

  public void aPlaceIsFreeAgainWhenTheSocketHasTakenTheAnswer() {
    ConcurrencyLimit limit = new ConcurrencyLimit("pages", 1);
    EmbeddedChannel channel = new EmbeddedChannel();
    ChannelPromise written = channel.newPromise();
    Response response = Response.of(200);
    limit.run(ADA, () -> CompletableFuture.completedStage(response));
    response.sent(written);
    assertThat(limit.inFlight(ADA)).isEqualTo(1);
    written.setSuccess();
    channel.runPendingTasks();
    assertThat(limit.inFlight(ADA)).isZero();
    channel.finishAndReleaseAll();
  }

  public void aPlaceIsFreeAgainWhenThereIsNoAnswer() {
    ConcurrencyLimit limit = new ConcurrencyLimit("pages", 1);
    for (int i = 0; i < 3; i++) {
      var failed = limit.run(ADA, () -> CompletableFuture.failedStage(new IllegalStateException()));
      assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
      assertThatThrownBy(
              () ->
                  limit.run(
                      ADA,
                      () -> {
                        throw RefusedException.invalid("no");
                      }))
          .isInstanceOf(RefusedException.class)
          .hasMessage("no");
    }
    assertThat(limit.inFlight(ADA)).isZero();
  }
}
