package dev.parley.gateway.testing;

import org.testng.annotations.AfterSuite;

/** Added to every suite by {@link LeakGuard}. */
public final class LeakCheck {
  @AfterSuite(alwaysRun = true)
  public void noBufferIsLeaked() {
    LeakReports.install().check();
  }
}
