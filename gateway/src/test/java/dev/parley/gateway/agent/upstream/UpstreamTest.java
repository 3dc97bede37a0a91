package dev.parley.gateway.agent.upstream;

import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;

/** Base class of tests with a client of services for each method. */
abstract class UpstreamTest {
  TestClient client;

  @BeforeMethod(alwaysRun = true)
  final void openClient() {
    client = new TestClient();
  }

  @AfterMethod(alwaysRun = true)
  final void closeClient() {
    client.close();
  }
}
