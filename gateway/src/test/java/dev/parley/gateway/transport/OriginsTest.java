package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class OriginsTest {

  @DataProvider
  public Object[][] pages() {
    return new Object[][] {
      {"http://127.0.0.1:8080", "127.0.0.1", true},
      {"http://localhost:8080", "127.0.0.1", true},
      {"http://[::1]:8080", "127.0.0.1", false},
      {"http://[::1]:8080", "::1", true},
      {"http://localhost:8080", "::1", true},
      {"http://127.0.0.1:8080", "::1", false},
      {"http://[0:0:0:0:0:0:0:1]:8080", "::1", false},
      {"http://[::1]:8081", "::1", false},
      {"http://[::1]", "::1", false},
      {"http://::1:8080", "::1", false},
      {"https://[::1]:8080", "::1", false},
      {"http://[::1]:8080.evil.example", "::1", false},
    };
  }

  @Test(dataProvider = "pages")
  public void aPageOfTheListenerItselfIsItsOwn(String origin, String address, boolean isOwn) {
    InetSocketAddress local = new InetSocketAddress(address, 8080);
    assertThat(new Origins(Set.of(), true, false).admits(origin, local)).isEqualTo(isOwn);
    assertThat(new Origins(Set.of(), false, false).admits(origin, local)).isFalse();
    assertThat(new Origins(Set.of(origin), false, false).admits(origin, local)).isTrue();
  }

  public void withTlsItsSchemeIsHttps() {
    InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8443);
    Origins own = new Origins(Set.of(), true, true);
    assertThat(own.admits("https://127.0.0.1:8443", local)).isTrue();
    assertThat(own.admits("https://localhost:8443", local)).isTrue();
    assertThat(own.admits("http://127.0.0.1:8443", local)).isFalse();
    InetSocketAddress standard = new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);
    assertThat(own.admits("https://127.0.0.1", standard)).isTrue();
    assertThat(own.admits("https://127.0.0.1:443", standard)).isFalse();
  }
}
