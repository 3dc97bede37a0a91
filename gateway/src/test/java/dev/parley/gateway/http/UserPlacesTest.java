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
public class UserPlacesTest {

  private static final UserId ADA = new UserId("default", "ada");
  private static final UserId BOB = new UserId("default", "bob");

  public void nobodyTakesMorePlacesThanAUserMay() {
    UserPlaces places = new UserPlaces("pages", 2);
    places.enter(ADA);
    places.enter(ADA);
    assertThatThrownBy(() -> places.enter(ADA))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused ->
                assertThat(refused.refusal().status()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS));
    places.enter(BOB);
    places.leave(ADA);
    places.enter(ADA);
    assertThat(places.taken(ADA)).isEqualTo(2);
    assertThat(places.taken(BOB)).isEqualTo(1);
  }

  public void aPlaceIsFreeAgainWhenTheSocketHasTakenTheAnswer() {
    UserPlaces places = new UserPlaces("pages", 1);
    EmbeddedChannel channel = new EmbeddedChannel();
    ChannelPromise written = channel.newPromise();
    Response response = Response.of(200);
    places.within(ADA, () -> CompletableFuture.completedStage(response));
    response.sent(written);
    assertThat(places.taken(ADA)).isEqualTo(1);
    written.setSuccess();
    channel.runPendingTasks();
    assertThat(places.taken(ADA)).isZero();
    channel.finishAndReleaseAll();
  }

  public void aPlaceIsFreeAgainWhenThereIsNoAnswer() {
    UserPlaces places = new UserPlaces("pages", 1);
    for (int i = 0; i < 3; i++) {
      var failed =
          places.within(ADA, () -> CompletableFuture.failedStage(new IllegalStateException()));
      assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
      assertThatThrownBy(
              () ->
                  places.within(
                      ADA,
                      () -> {
                        throw RefusedException.invalid("no");
                      }))
          .isInstanceOf(RefusedException.class)
          .hasMessage("no");
    }
    assertThat(places.taken(ADA)).isZero();
  }
}
