package dev.parley.gateway.tests.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.testng.ITestResult;
import org.testng.Reporter;

/** Figures that a test measures, for the report. Called on the thread that runs the test. */
public final class Figures {
  private static final String ATTRIBUTE = Figures.class.getName();

  /** One measured figure. */
  public record Figure(String name, double value, String unit) {
    @Override
    public String toString() {
      String number = String.format(Locale.ROOT, value % 1 == 0 ? "%,.0f" : "%,.2f", value);
      return name + ": " + (number + " " + unit).strip();
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

  /** The figures that this test has reported. */
  static List<Figure> of(ITestResult test) {
    List<Figure> figures = new ArrayList<>();
    if (test.getAttribute(ATTRIBUTE) instanceof List<?> reported) {
      reported.forEach(figure -> figures.add((Figure) figure));
    }
    return figures;
  }
}
