package dev.parley.gateway.agent.builtin;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Units of measure by their English names, and their conversion. */
final class Units {

  private static final MathContext EXACT = MathContext.DECIMAL128;
  private static final MathContext SHOWN = new MathContext(10);
  private static final BigDecimal FIVE_NINTHS =
      new BigDecimal(5).divide(new BigDecimal(9), MathContext.DECIMAL128);

  /** A value in the base unit of its kind is (value + shift) * factor. */
  private record Unit(String kind, BigDecimal shift, BigDecimal factor) {}

  /** TextUnit, factor to the base unit, names. */
  private static final List<List<String>> TABLE =
      List.of(
          List.of("length", "0.001", "mm", "millimeter", "millimeters", "millimetres"),
          List.of("length", "0.01", "cm", "centimeter", "centimeters", "centimetres"),
          List.of("length", "1", "m", "meter", "meters", "metre", "metres"),
          List.of("length", "1000", "km", "kilometer", "kilometers", "kilometre", "kilometres"),
          List.of("length", "0.0254", "inch", "inches"),
          List.of("length", "0.3048", "ft", "foot", "feet"),
          List.of("length", "0.9144", "yd", "yard", "yards"),
          List.of("length", "1609.344", "mi", "mile", "miles"),
          List.of("mass", "0.001", "g", "gram", "grams"),
          List.of("mass", "1", "kg", "kilogram", "kilograms"),
          List.of("mass", "1000", "tonne", "tonnes"),
          List.of("mass", "0.028349523125", "oz", "ounce", "ounces"),
          List.of("mass", "0.45359237", "lb", "lbs", "pound", "pounds"),
          List.of("volume", "0.001", "ml", "milliliter", "milliliters", "millilitres"),
          List.of("volume", "1", "l", "liter", "liters", "litre", "litres"),
          List.of("volume", "3.785411784", "gal", "gallon", "gallons"),
          List.of("time", "1", "s", "second", "seconds"),
          List.of("time", "60", "min", "minute", "minutes"),
          List.of("time", "3600", "h", "hour", "hours"),
          List.of("time", "86400", "day", "days"),
          List.of("time", "604800", "week", "weeks"),
          List.of("speed", "1", "m/s"),
          List.of("speed", "0.44704", "mph"),
          List.of("data", "1", "byte", "bytes"),
          List.of("data", "1000", "kb", "kilobyte", "kilobytes"),
          List.of("data", "1000000", "mb", "megabyte", "megabytes"),
          List.of("data", "1000000000", "gb", "gigabyte", "gigabytes"),
          List.of("data", "1024", "kib"),
          List.of("data", "1048576", "mib"),
          List.of("data", "1073741824", "gib"));

  private static final Map<String, Unit> BY_NAME = byName();

  /** A pattern for the name of any unit. */
  static final String PATTERN =
      BY_NAME.keySet().stream()
          .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(name -> name))
          .map(Pattern::quote)
          .collect(Collectors.joining("|", "(?:", ")"));

  private Units() {}

  private static Map<String, Unit> byName() {
    Map<String, Unit> units = new HashMap<>();
    for (List<String> row : TABLE) {
      Unit unit = new Unit(row.get(0), BigDecimal.ZERO, new BigDecimal(row.get(1)));
      row.subList(2, row.size()).forEach(name -> units.put(name, unit));
    }
    units.put("km/h", new Unit("speed", BigDecimal.ZERO, kilometersAnHour()));
    Unit celsius = new Unit("temperature", new BigDecimal("273.15"), BigDecimal.ONE);
    Unit fahrenheit = new Unit("temperature", new BigDecimal("459.67"), FIVE_NINTHS);
    units.put("c", celsius);
    units.put("celsius", celsius);
    units.put("f", fahrenheit);
    units.put("fahrenheit", fahrenheit);
    units.put("kelvin", new Unit("temperature", BigDecimal.ZERO, BigDecimal.ONE));
    return Map.copyOf(units);
  }

  private static BigDecimal kilometersAnHour() {
    return BigDecimal.ONE.divide(new BigDecimal("3.6"), EXACT);
  }

  /** The value in the other unit, with ten digits; empty when the kinds of the units differ. */
  static Optional<String> convert(String value, String from, String to) {
    Unit source = BY_NAME.get(from.toLowerCase(Locale.ROOT));
    Unit target = BY_NAME.get(to.toLowerCase(Locale.ROOT));
    if (source == null || target == null || !source.kind().equals(target.kind())) {
      return Optional.empty();
    }
    BigDecimal base = new BigDecimal(value).add(source.shift()).multiply(source.factor(), EXACT);
    BigDecimal converted = base.divide(target.factor(), EXACT).subtract(target.shift());
    BigDecimal shown = converted.round(SHOWN);
    return Optional.of(shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString());
  }
}
