package dev.parley.gateway.tests.report;

import org.testng.ITestContext;
import org.testng.annotations.AfterTest;

/** The method that fails for the problems of {@link GroupGuard}, which adds it to every suite. */
public final class GroupCheck {
  @AfterTest(alwaysRun = true)
  public void everyTestIsInAGroupAndRan(ITestContext context) {
    GroupGuard.check(context);
  }
}
