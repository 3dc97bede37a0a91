package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TrustedProxiesTest {

  private final TrustedProxies proxies = trusting("10.0.0.0/8", "127.0.0.1", "2001:db8::/32");

  private static TrustedProxies trusting(String... networks) {
    return new TrustedProxies(
        Arrays.stream(networks).map(text -> Network.PARSER.parse(text).orElseThrow()).toList());
  }

  private static InetAddress address(String text) {
    return Network.address(text).orElseThrow();
  }

  @DataProvider
  public Object[][] hops() {
    return new Object[][] {
      {"192.0.2.9", List.of("198.51.100.1"), "192.0.2.9"},
      {"10.1.1.1", List.of(), "10.1.1.1"},
      {"10.1.1.1", List.of("198.51.100.1"), "198.51.100.1"},
      {"10.1.1.1", List.of("203.0.113.5, 198.51.100.1"), "198.51.100.1"},
      {"10.1.1.1", List.of("203.0.113.5, 198.51.100.1,10.2.2.2 , 127.0.0.1"), "198.51.100.1"},
      {"10.1.1.1", List.of("203.0.113.5", "198.51.100.1", "10.2.2.2"), "198.51.100.1"},
      {"10.1.1.1", List.of("198.51.100.1, 10.3.3.3"), "198.51.100.1"},
      {"10.1.1.1", List.of("10.4.4.4, 10.3.3.3"), "10.4.4.4"},
      {"10.1.1.1", List.of("198.51.100.1, unknown"), "10.1.1.1"},
      {"10.1.1.1", List.of("198.51.100.1, "), "10.1.1.1"},
      {"10.1.1.1", List.of("198.51.100.1, example.com, 10.3.3.3"), "10.3.3.3"},
      {"10.1.1.1", List.of("198.51.100.1:4711"), "198.51.100.1"},
      {"10.1.1.1", List.of("[2001:dc8::1]:4711"), "2001:dc8::1"},
      {"10.1.1.1", List.of("2001:dc8::1, 2001:db8:7::1"), "2001:dc8::1"},
      {"10.1.1.1", List.of("::ffff:198.51.100.1"), "198.51.100.1"},
      {"::ffff:10.1.1.1", List.of("198.51.100.1"), "198.51.100.1"},
    };
  }

  @Test(dataProvider = "hops")
  public void theHeaderIsReadFromRightToLeftOverTrustedHopsOnly(
      String peer, List<String> header, String client) {
    assertThat(proxies.client(address(peer), header)).isEqualTo(address(client));
  }

  @DataProvider
  public Object[][] networks() {
    return new Object[][] {
      {"0.0.0.0/0", "192.0.2.1", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"192.0.2.128/25", "192.0.2.129", true},
      {"192.0.2.128/25", "192.0.2.127", false},
      {"192.0.2.200/25", "192.0.2.129", true},
      {"192.0.2.1/32", "192.0.2.1", true},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"::1", "::1", true},
    };
  }

  @Test(dataProvider = "networks")
  public void aNetworkHasTheAddressesThatBeginAsItDoes(
      String network, String address, boolean isIn) {
    assertThat(trusting(network).contains(address(address))).isEqualTo(isIn);
  }

  public void anAddressWrittenAsIPv6IsTheSame() {
    assertThat(Network.address("::ffff:192.0.2.1")).isEqualTo(Network.address("192.0.2.1"));
  }
}
