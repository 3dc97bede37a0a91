package dev.parley.gateway.agent.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ExpressionTest {

  @DataProvider
  public Object[][] values() {
    return new Object[][] {
      {"12*(34+5)", "468"},
      {"1+2*3", "7"},
      {"10-3-2", "5"},
      {"100/10/2", "5"},
      {"2^3^2", "512"},
      {"-2^2", "-4"},
      {"2^-2", "0.25"},
      {"--3 - -4", "7"},
      {"+5", "5"},
      {"0.1 + 0.2", "0.3"},
      {".5 + 5.", "5.5"},
      {"1/3*3", "1"},
      {"1/8", "0.125"},
      {"7 % 3", "1"},
      {"-7 % 3", "-1"},
      {"5.5 % 2", "1.5"},
      {"10^20", "100000000000000000000"},
      {"0 * -1", "0"},
      {"((((1))))", "1"},
      {"2/3", "0.666666666666666666666666666667"},
      {"1200 / 7", "171.428571428571428571428571429"},
    };
  }

  @Test(dataProvider = "values")
  public void followsTheRulesOfArithmetic(String expression, String value) {
    assertThat(Expression.evaluate(expression).text()).isEqualTo(value);
  }

  public void knowsWhetherADecimalIsExact() {
    assertThat(Expression.evaluate("3/40").isDecimal()).isTrue();
    assertThat(Expression.evaluate("1/6").isDecimal()).isFalse();
  }

  @DataProvider
  public Object[][] valueless() {
    return new Object[][] {
      {"1/0", "division by zero"},
      {"5 % (3-3)", "division by zero"},
      {"0^-1", "division by zero"},
      {"12*(34+)", "expected a number at position 8, found ')'"},
      {"(1+2", "expected a closing parenthesis at position 5, found the end"},
      {"1+2)", "expected an operator at position 4, found ')'"},
      {"1 2", "expected an operator at position 3, found '2'"},
      {"1.2.3", "expected a number at position 1, found '1'"},
      {"", "expected a number at position 1, found the end"},
      {"2^0.5", "an exponent must be a whole number from -1000 to 1000"},
      {"2^1001", "an exponent must be a whole number from -1000 to 1000"},
      {"2^99999999999999999999", "an exponent must be a whole number from -1000 to 1000"},
      {"(10^1000)^1000", "the number gets too long"},
      {"9^1000*9^1000*9^1000", "the number gets too long"},
      {"(".repeat(51) + "1" + ")".repeat(51), "it is nested deeper than 50"},
      {"-".repeat(60) + "1", "it is nested deeper than 50"},
      {"1+".repeat(100) + "1", "it is longer than 200 characters"},
    };
  }

  @Test(dataProvider = "valueless")
  public void saysWhyThereIsNoValue(String expression, String why) {
    assertThatThrownBy(() -> Expression.evaluate(expression))
        .isInstanceOf(ExpressionException.class)
        .hasMessage(why);
  }
}
