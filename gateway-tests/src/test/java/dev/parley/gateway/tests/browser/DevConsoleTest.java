package dev.parley.gateway.tests.browser;

import dev.parley.gateway.tests.support.ChildGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;

/** Base class of tests with their own console page; each test starts as a new visitor. */
abstract class DevConsoleTest {
  ChildGateway gateway;
  Chromium chromium;
  ConsolePage page;

  /** Settings that override the defaults. */
  abstract Map<String, String> settings();

  @BeforeClass(alwaysRun = true)
  final void start() throws IOException {
    Path folder = Files.createTempDirectory(Path.of("target"), getClass().getSimpleName());
    gateway = ChildGateway.start(folder, settings());
    chromium = Chromium.start();
    page = new ConsolePage(chromium.driver());
  }

  @BeforeMethod(alwaysRun = true)
  final void openAsNewVisitor() {
    page.openAsNewVisitor(gateway.console());
    page.awaitShown("#welcome");
    page.awaitConnection("open");
  }

  @AfterClass(alwaysRun = true)
  final void stop() {
    chromium.close();
    gateway.close();
  }
}
