package dev.parley.gateway.tests.browser;

import dev.parley.gateway.tests.support.FaultyNetwork;
import dev.parley.gateway.tests.support.GatewayTest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;

/**
 * Base class of tests with a console page behind a {@link FaultyNetwork}; each test starts signed
 * in as {@link #ada}.
 */
abstract class SignedInConsoleTest extends GatewayTest {
  FaultyNetwork network;
  Chromium chromium;
  ConsolePage page;

  /** Settings besides the allowed origin. */
  abstract Map<String, String> consoleSettings();

  @Override
  protected final Map<String, String> settings() {
    network = FaultyNetwork.to(() -> gateway.address());
    Map<String, String> settings = new HashMap<>(consoleSettings());
    settings.put("origins.allowed", network.address().toString());
    return settings;
  }

  @BeforeClass(alwaysRun = true)
  final void startBrowser() {
    chromium = Chromium.start();
    page = new ConsolePage(chromium.driver());
  }

  @BeforeMethod(alwaysRun = true)
  final void signIn() {
    network.heal();
    page.beNewVisitor(network.address());
    page.storeToken(gateway.tokens().of(ada), Instant.now().plusSeconds(3600));
    page.open(network.address());
    page.awaitConnection("open");
  }

  @AfterMethod(alwaysRun = true)
  final void leave() {
    page.openNothing();
    chromium.complaints();
  }

  @AfterClass(alwaysRun = true)
  final void stopBrowser() {
    chromium.close();
    network.close();
  }
}
