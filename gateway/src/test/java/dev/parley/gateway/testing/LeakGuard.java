package dev.parley.gateway.testing;

import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import org.testng.IAlterSuiteListener;
import org.testng.IExecutionListener;
import org.testng.xml.XmlClass;
import org.testng.xml.XmlSuite;
import org.testng.xml.XmlTest;

/**
 * Turns a run red in which Netty reported a leaked buffer.
 *
 * <p>TestNG makes it by {@code META-INF/services} before it makes any test class, so that the
 * detectors report to {@link LeakReports} from the first one on. It asks twice: after each suite,
 * through {@link LeakCheck}, which counts as a failed method and leaves the other results standing;
 * and at the very end for what only the last clean-up lost, which ends the whole run with an error.
 * A buffer that a test still holds in a field is not seen.
 *
 * <p>Every buffer is tracked, and a report says who made it. With {@code -Dparley.test.leaks=all}
 * it also says who touched it, which takes twice the CPU.
 */
public final class LeakGuard implements IAlterSuiteListener, IExecutionListener {
  private final LeakReports reports;

  public LeakGuard() {
    boolean isDetailed = System.getProperty("parley.test.leaks", "").equals("all");
    ResourceLeakDetector.setLevel(
        isDetailed ? ResourceLeakDetector.Level.PARANOID : ResourceLeakDetector.Level.SIMPLE);
    reports = LeakReports.install();
  }

  @Override
  public void alter(List<XmlSuite> suites) {
    for (XmlSuite suite : suites) {
      suite.getTests().stream().findFirst().ifPresent(LeakGuard::addCheck);
    }
  }

  /** The list of classes may be unmodifiable. */
  private static void addCheck(XmlTest test) {
    List<XmlClass> classes = new ArrayList<>(test.getXmlClasses());
    classes.add(new XmlClass(LeakCheck.class));
    test.setXmlClasses(classes);
  }

  @Override
  public void onExecutionFinish() {
    reports.check();
  }
}
