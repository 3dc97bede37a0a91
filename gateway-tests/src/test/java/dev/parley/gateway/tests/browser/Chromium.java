package dev.parley.gateway.tests.browser;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium with its own profile, which its driver deletes. Used by one thread. */
final class Chromium implements AutoCloseable {
  private static final List<String> FLAGS =
      List.of(
          "--headless=new",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-extensions",
          "--disable-breakpad",
          "--disable-site-isolation-trials", // a process for each page costs a second of CPU
          "--renderer-process-limit=1",
          "--disable-dev-shm-usage",
          "--window-size=1200,800");

  private static final Map<String, Object> CLIPBOARD =
      Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite"));

  /**
   * Selenium warns at each start that it has no DevTools classes for this version; the tests use
   * none.
   */
  private static final Logger DEVTOOLS = Logger.getLogger("org.openqa.selenium.devtools");

  private final ChromeDriver driver;

  private Chromium(ChromeDriver driver) {
    this.driver = driver;
  }

  static Chromium start() {
    return start(List.of());
  }

  /** With these flags besides its own. */
  static Chromium start(List<String> more) {
    DEVTOOLS.setLevel(Level.SEVERE);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(Programs.find("chromium", "chromium-browser", "google-chrome").toFile());
    options.addArguments(FLAGS);
    options.addArguments(more);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(Programs.find("chromedriver").toFile())
            .usingAnyFreePort()
            .build();
    ChromeDriver driver = new ChromeDriver(service, options);
    driver.executeCdpCommand("Browser.grantPermissions", CLIPBOARD);
    return new Chromium(driver);
  }

  ChromeDriver driver() {
    return driver;
  }

  /** The warnings and errors in the browser's log since the last call. */
  Set<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    driver.quit();
  }
}
