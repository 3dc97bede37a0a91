package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class PagePlacesTest {

  private static final UserId ADA = new UserId("default", "ada");
  private static final UserId BOB = new UserId("default", "bob");

  public void nobodyTakesMorePlacesThanAUserMay() {
    PagePlaces places = new PagePlaces(2, 9);
    places.enter(ADA);
    places.enter(ADA);
    refused(places, ADA, 429);
    places.enter(BOB);
    places.leave(ADA);
    places.enter(ADA);
    assertThat(places.taken()).isEqualTo(3);
  }

  public void allTogetherTakeNoMoreThanThereAre() {
    PagePlaces places = new PagePlaces(2, 2);
    places.enter(ADA);
    places.enter(BOB);
    refused(places, BOB, 503);
    places.leave(ADA);
    places.enter(BOB);
    assertThat(places.taken()).isEqualTo(2);
  }

  private static void refused(PagePlaces places, UserId user, int status) {
    assertThatThrownBy(() -> places.enter(user))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.problem().status()).isEqualTo(status));
  }
}
