package dev.parley.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ParsersTest {

  private enum Kind {
    ONE,
    TWO
  }

  @DataProvider
  Object[][] accepted() {
    return new Object[][] {
      {Parsers.integer(-1, 9), " 9 ", 9},
      {Parsers.integer(-1, 9), "-1", -1},
      {Parsers.decimal("0.1", "2"), "0.5", new BigDecimal("0.5")},
      {Parsers.bool(), "true", true},
      {Parsers.bool(), "false", false},
      {Parsers.oneOf(Kind.class), "two", Kind.TWO},
      {Parsers.text(), " a b ", "a b"},
      {Parsers.matching(Pattern.compile("[a-z]+"), "letters"), "abc", "abc"},
      {Parsers.path(), "./data", Path.of("./data")},
      {Parsers.list(Parsers.integer(0, 9)), "1, 2,3", List.of(1, 2, 3)},
      {Parsers.list(Parsers.text()), "", List.of()},
      {Quantities.duration("0s", "2h"), "500ms", Duration.ofMillis(500)},
      {Quantities.duration("0s", "2h"), "30s", Duration.ofSeconds(30)},
      {Quantities.duration("0s", "2h"), "10m", Duration.ofMinutes(10)},
      {Quantities.duration("0s", "2h"), "2h", Duration.ofHours(2)},
      {Quantities.size("0", "1GiB"), "64KiB", 65_536},
      {Quantities.size("0", "1GiB"), "1MiB", 1_048_576},
      {Quantities.size("0", "1GiB"), "1GiB", 1_073_741_824},
      {Quantities.size("0", "1GiB"), "1000", 1000},
    };
  }

  @Test(dataProvider = "accepted")
  public void readsWhatIsWellWritten(Parser<?> parser, String text, Object value) {
    assertThat(parser.parse(text)).isEqualTo(Optional.of(value));
  }

  @DataProvider
  Object[][] refused() {
    return new Object[][] {
      {Parsers.integer(0, 9), "10"},
      {Parsers.integer(0, 9), "-1"},
      {Parsers.integer(0, 9), "1.0"},
      {Parsers.integer(0, 9), "0x1"},
      {Parsers.integer(0, 9), "٣"},
      {Parsers.integer(0, 9), "99999999999999999999"},
      {Parsers.integer(0, 9), ""},
      {Parsers.decimal("0.1", "2"), "0.09"},
      {Parsers.decimal("0.1", "2"), "2.01"},
      {Parsers.decimal("0.1", "2"), "1e0"},
      {Parsers.bool(), "TRUE"},
      {Parsers.bool(), "yes"},
      {Parsers.oneOf(Kind.class), "ONE"},
      {Parsers.text(), "  "},
      {Parsers.matching(Pattern.compile("[a-z]+"), "letters"), "abc1"},
      {Parsers.path(), ""},
      {Parsers.path(), "a\u0000b"},
      {Parsers.list(Parsers.text()), "a,,b"},
      {Parsers.list(Parsers.integer(0, 9)), "1,x"},
      {Quantities.duration("1s", "2h"), "999ms"},
      {Quantities.duration("1s", "2h"), "121m"},
      {Quantities.duration("1s", "2h"), "30"},
      {Quantities.duration("1s", "2h"), "1.5s"},
      {Quantities.duration("1s", "2h"), "999999999999999h"},
      {Quantities.size("1KiB", "1MiB"), "1023"},
      {Quantities.size("1KiB", "1MiB"), "2MiB"},
      {Quantities.size("1KiB", "1MiB"), "64KB"},
      {Quantities.size("1KiB", "1MiB"), "999999999999999GiB"},
    };
  }

  @Test(dataProvider = "refused")
  public void refusesWhatIsNot(Parser<?> parser, String text) {
    assertThat(parser.parse(text)).isEmpty();
  }

  public void saysWhatWasExpected() {
    assertThat(Parsers.integer(0, 9).expectation()).isEqualTo("an integer from 0 to 9");
    assertThat(Parsers.oneOf(Kind.class).expectation()).isEqualTo("one or two");
    assertThat(Parsers.list(Parsers.bool()).expectation())
        .isEqualTo("a comma-separated list, each true or false");
    assertThat(Quantities.duration("1s", "2h").expectation())
        .isEqualTo("a duration from 1s to 2h, in ms, s, m or h");
  }
}
