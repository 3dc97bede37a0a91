package dev.parley.gateway.tests.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.testng.ITestResult;
import org.testng.Reporter;

/** Figures that a test measures, for the report. Called on the thread that runs the test. */
public final class Figures {
  private static final String ATTRIBUTE = Figures.class.getName();

  /** One measured figure. */
  public record Figure(String name, double value, String unit) {
    @Override
    public String toString() {
      return name + ": " + (number(value) + " " + unit).strip();
    }

    private static String number(double value) {
      return String.format(Locale.ROOT, value % 1 == 0 ? "%,.0f" : "%,.2f", value);
    }
  }

  private Figures() {}

  /** Adds a figure to the running test. */
  public static void report(String name, double value, String unit) {
    ITestResult running = Reporter.getCurrentTestResult();
    List<Figure> figures = new ArrayList<>(of(running));
    figures.add(new Figure(name, value, unit));
    running.setAttribute(ATTRIBUTE, figures);
  }

  /** The figures of these tests, each name once: what was measured several times as a range. */
  static List<String> inWords(List<TestOutcome> outcomes) {
    Map<String, List<Figure>> byName = new LinkedHashMap<>();
    for (TestOutcome outcome : outcomes) {
      for (Figure figure : outcome.figures()) {
        byName.computeIfAbsent(figure.name(), first -> new ArrayList<>()).add(figure);
      }
    }
    return byName.values().stream().map(Figures::inWordsOnce).toList();
  }

  private static String inWordsOnce(List<Figure> same) {
    Figure least = Collections.min(same, Comparator.comparingDouble(Figure::value));
    Figure most = Collections.max(same, Comparator.comparingDouble(Figure::value));
    if (least.value() == most.value()) {
      return least.toString();
    }
    String range = Figure.number(least.value()) + " to " + Figure.number(most.value());
    return least.name() + ": " + (range + " " + least.unit()).strip();
  }

  /** The figures that this test has reported. */
  static List<Figure> of(ITestResult test) {
    List<Figure> figures = new ArrayList<>();
    if (test.getAttribute(ATTRIBUTE) instanceof List<?> reported) {
      reported.forEach(figure -> figures.add((Figure) figure));
    }
    return figures;
  }
}
