package dev.parley.gateway.tests.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.TestFolder;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** In development mode only the gateway's own page may connect. */
@Test(groups = {"startup", "security"})
public class DevelopmentOriginTest {
  private TestFolder folder;
  private ChildGateway child;
  private String token;

  @BeforeClass(alwaysRun = true)
  public void startChild() {
    folder = new TestFolder();
    child = ChildGateway.start(folder.path(), Map.of());
    token = child.token("ada");
  }

  @AfterClass(alwaysRun = true)
  public void stopChild() {
    child.close();
    child.awaitExit();
    folder.close();
  }

  @DataProvider
  public Object[][] origins() {
    int port = child.address().getPort();
    return new Object[][] {
      {"http://127.0.0.1:" + port, 101},
      {"http://localhost:" + port, 101},
      {"http://127.0.0.1:" + (port ^ 1), 403},
      {"http://127.0.0.1", 403},
      {"https://127.0.0.1:" + port, 403},
      {"http://127.0.0.2:" + port, 403},
      {"http://localhost.evil.example:" + port, 403},
      {"http://evil.example:" + port, 403},
      {"null", 403},
    };
  }

  @Test(dataProvider = "origins")
  public void onlyTheOriginOfThisListenerIsAccepted(String origin, int status) {
    assertThat(handshake(origin, "127.0.0.1").status()).isEqualTo(status);
  }

  public void aForgedHostDoesNotAllowItsOrigin() {
    int port = child.address().getPort();
    assertThat(handshake("http://evil.example:" + port, "evil.example:" + port).status())
        .isEqualTo(403);
  }

  private RawClient.RawAnswer handshake(String origin, String host) {
    String[] lines = {"Origin: " + origin, "Authorization: Bearer " + token};
    String request = RawClient.upgrade(lines).replace("Host: 127.0.0.1", "Host: " + host);
    try (RawClient client = RawClient.open(child.address())) {
      return client.request(request);
    }
  }
}
