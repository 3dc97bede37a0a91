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
    PagePlaces places = new PagePlaces(2);
    places.enter(ADA);
    places.enter(ADA);
    assertThatThrownBy(() -> places.enter(ADA))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.problem().status()).isEqualTo(429));
    places.enter(BOB);
    places.leave(ADA);
    places.enter(ADA);
    assertThat(places.taken(ADA)).isEqualTo(2);
    assertThat(places.taken(BOB)).isEqualTo(1);
  }
}
