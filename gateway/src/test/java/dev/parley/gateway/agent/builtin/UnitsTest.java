package dev.parley.gateway.agent.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class UnitsTest {

  @DataProvider
  public Object[][] conversions() {
    return new Object[][] {
      {"5", "km", "miles", "3.106855961"},
      {"1", "mile", "km", "1.609344"},
      {"12", "inches", "feet", "1"},
      {"2.5", "kg", "lb", "5.511556555"},
      {"100", "celsius", "fahrenheit", "212"},
      {"-40", "F", "C", "-40"},
      {"0", "C", "kelvin", "273.15"},
      {"36", "km/h", "m/s", "10"},
      {"3", "gallons", "liters", "11.35623535"},
      {"2", "weeks", "hours", "336"},
      {"1", "GiB", "MB", "1073.741824"},
      {"0", "m", "cm", "0"},
    };
  }

  @Test(dataProvider = "conversions")
  public void converts(String value, String from, String to, String converted) {
    assertThat(Units.convert(value, from, to)).contains(converted);
  }

  public void whatMeasuresSomethingElseIsNotConverted() {
    assertThat(Units.convert("1", "km", "kg")).isEmpty();
    assertThat(Units.convert("1", "parsec", "km")).isEmpty();
  }
}
