package dev.parley.gateway.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TimestampTest {

  private static final DateTimeFormatter JDK =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  @DataProvider
  public Object[][] times() {
    return new Object[][] {
      {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
      {"1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999Z"},
      {"2026-11-30T04:05:06.007Z", "2026-11-30T04:05:06.007Z"},
      {"2024-02-29T23:59:59.120Z", "2024-02-29T23:59:59.120Z"},
      {"0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"},
      {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
      {"+10000-01-01T00:00:00Z", "+10000-01-01T00:00:00.000Z"},
      {"-0001-12-31T23:59:59Z", "-0001-12-31T23:59:59.000Z"},
    };
  }

  @Test(dataProvider = "times")
  public void aTimeHasMillisecondsInUtc(String time, String expected) {
    assertThat(JsonOut.timestamp(Instant.parse(time))).isEqualTo(expected);
  }

  public void itIsThatOfTheJdk() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      Instant time =
          Instant.ofEpochSecond(
              random.nextLong(-70_000_000_000L, 300_000_000_000L), random.nextInt(1_000_000_000));
      assertThat(JsonOut.timestamp(time)).isEqualTo(JDK.format(time));
    }
  }
}
