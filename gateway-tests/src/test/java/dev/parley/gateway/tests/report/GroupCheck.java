package dev.parley.gateway.tests.report;

import org.testng.ITestContext;
import org.testng.annotations.AfterTest;

/** Added to every suite by {@link GroupGuard}. */
public final class GroupCheck {
  @AfterTest(alwaysRun = true)
  public void everyTestIsInAGroupAndRan(ITestContext context) {
    GroupGuard.check(context);
  }
}
