package dev.parley.gateway.tests.faults;

import dev.parley.gateway.tls.TestTls;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** The same readers over TLS: they are closed, or not, at the same bounds. */
@Test(groups = "error_recovery")
public class SlowReaderOverTlsTest extends SlowReaderTest {
  private final TestTls tls = TestTls.make();

  @Override
  protected Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(super.settings());
    settings.putAll(tls.settings());
    return settings;
  }

  @AfterClass(alwaysRun = true)
  public void delete() {
    tls.close();
  }
}
