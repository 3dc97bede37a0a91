package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import java.util.List;
import java.util.function.Function;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class FieldsTest {

  private static Fields fields(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    return Fields.read(bytes, 0, bytes.length, "");
  }

  private static Fields of(String value) {
    return fields("{\"n\":" + value + "}");
  }

  /** The refusal of the field n. */
  private static String message(String value, Function<Fields, ?> read) {
    Fields fields = of(value);
    Refusal refusal =
        catchThrowableOfType(RefusedException.class, () -> read.apply(fields)).refusal();
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(refusal.field()).isEqualTo("/n");
    return refusal.message();
  }

  @DataProvider
  public Object[][] numbers() {
    return new Object[][] {
      {"-0.5", -0.5}, {"0", 0.0}, {"1", 1.0}, {"0.25", 0.25}, {"25e-2", 0.25}, {"2.5", 2.5},
    };
  }

  @Test(dataProvider = "numbers")
  public void aNumberWithinItsBoundsIsRead(String json, double expected) {
    assertThat(of(json).optionalNumber("n", -0.5, 2.5)).isEqualTo(expected);
  }

  @DataProvider
  public Object[] otherNumbers() {
    return new Object[] {"-0.51", "2.51", "1e999", "\"1\"", "true", "null", "[1]"};
  }

  @Test(dataProvider = "otherNumbers")
  public void whatIsNoNumberWithinTheBoundsIsRefused(String json) {
    assertThat(message(json, fields -> fields.optionalNumber("n", -0.5, 2.5)))
        .isEqualTo("n: " + json + " (expected: a number from -0.5 to 2.5)");
  }

  public void aWholeNumberHasUpTo18Characters() {
    String longest = "9".repeat(18);
    assertThat(of(longest).optionalInteger("n", 0, Long.MAX_VALUE))
        .isEqualTo(999_999_999_999_999_999L);
    assertThat(message(longest + "9", fields -> fields.optionalInteger("n", 0, Long.MAX_VALUE)))
        .startsWith("n: " + longest + "9 (expected: a whole number from 0 to ");
  }

  public void aFieldThatIsMissingIsNull() {
    Fields empty = fields("{}");
    assertThat(empty.optionalNumber("n", 0, 1)).isNull();
    assertThat(empty.optionalInteger("n", 0, 1)).isNull();
    assertThat(empty.optionalAny("n")).isNull();
    assertThat(empty.optionalObject("n")).isNull();
  }

  public void aValueOfAnyTypeIsKeptByteForByte() {
    for (String json : new String[] {"1.50", "null", "{ \"a\" : [] }", "\"\\u00e9\""}) {
      assertThat(of(json).optionalAny("n")).hasToString(json);
    }
  }

  public void aListOfObjectsMayBeEmpty() {
    assertThat(of("[]").anyObjects("n")).isEmpty();
    List<Fields> objects = of("[{\"a\":1},{\"a\":2}]").anyObjects("n");
    assertThat(objects)
        .extracting(object -> object.optionalInteger("a", 0, 9))
        .containsExactly(1L, 2L);
  }

  public void whatIsNoListOfObjectsIsRefused() {
    assertThat(message("{}", fields -> fields.anyObjects("n")))
        .isEqualTo("n: {} (expected: a list of objects)");
    assertThatThrownBy(() -> of("[{},7]").anyObjects("n"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.refusal().field()).isEqualTo("/n/1");
              assertThat(refused.refusal().message()).isEqualTo("n.1: 7 (expected: an object)");
            });
  }

  public void aTextOfItsLargestLengthIsTaken() {
    assertThat(Fields.checkedLength("n", "a", 3)).isEqualTo("a");
    assertThat(Fields.checkedLength("n", "abc", 3)).isEqualTo("abc");
    for (String text : new String[] {"", "abcd"}) {
      assertThatThrownBy(() -> Fields.checkedLength("n", text, 3))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("n: " + text + " (expected: 1 to 3 characters)");
    }
  }
}
