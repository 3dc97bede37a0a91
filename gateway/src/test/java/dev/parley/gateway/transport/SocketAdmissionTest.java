package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SocketAdmissionTest {

  private final SocketAdmission admission = new SocketAdmission(2, 1);

  private static Object address(String literal) throws UnknownHostException {
    return SocketAdmission.addressOf(new InetSocketAddress(InetAddress.getByName(literal), 5));
  }

  public void anAddressGetsItsShareAndMayHaveItAgain() throws UnknownHostException {
    assertThat(admission.note(address("192.0.2.1"))).isTrue();
    assertThat(admission.note(address("192.0.2.1"))).isFalse();
    assertThat(admission.note(address("192.0.2.2"))).isTrue();
    admission.forget(address("192.0.2.1"));
    assertThat(admission.note(address("192.0.2.1"))).isTrue();
    admission.forget(address("192.0.2.1"));
    admission.forget(address("192.0.2.2"));
    assertThat(admission.unknown()).isZero();
  }

  public void aNetworkOfSixtyFourBitsIsOneAddress() throws UnknownHostException {
    assertThat(address("2001:db8::1")).isEqualTo(address("2001:db8::ffff:2"));
    assertThat(address("2001:db8::1")).isNotEqualTo(address("2001:db8:0:1::1"));
  }

  public void anAddressWrittenAsIPv6IsTheSame() throws UnknownHostException {
    assertThat(address("::ffff:192.0.2.1")).isEqualTo(address("192.0.2.1"));
  }

  public void allTogetherHaveABound() {
    SocketAdmission all = new SocketAdmission(2, 9);
    assertThat(all.enter()).isTrue();
    assertThat(all.enter()).isTrue();
    assertThat(all.enter()).isFalse();
    all.leave();
    assertThat(all.enter()).isTrue();
    assertThat(all.open()).isEqualTo(2);
  }
}
