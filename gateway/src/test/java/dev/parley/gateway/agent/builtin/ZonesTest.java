package dev.parley.gateway.agent.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ZonesTest {

  @DataProvider
  public Object[][] names() {
    return new Object[][] {
      {"Tokyo", "Asia/Tokyo"},
      {"new york", "America/New_York"},
      {"São Paulo", "America/Sao_Paulo"},
      {"ZÜRICH", "Europe/Zurich"},
      {"europe/berlin", "Europe/Berlin"},
      {"Buenos Aires", "America/Argentina/Buenos_Aires"},
      {"San Francisco", "America/Los_Angeles"},
      {"Beijing", "Asia/Shanghai"},
      {"utc", "UTC"},
      {"GMT", "GMT"},
      {"UTC+5:30", "UTC+05:30"},
      {"Japan", "Japan"},
    };
  }

  @Test(dataProvider = "names")
  public void knowsCitiesRegionsAndOtherNames(String name, String zone) {
    assertThat(Zones.find(name)).contains(ZoneId.of(zone));
  }

  @DataProvider
  public Object[][] strangers() {
    return new Object[][] {{"Atlantis"}, {""}, {"UTC+99"}, {"../etc/passwd"}};
  }

  @Test(dataProvider = "strangers")
  public void knowsNothingElse(String name) {
    assertThat(Zones.find(name)).isEmpty();
  }
}
