package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.transport.CountedSocket.Account;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SocketAdmissionTest {

  private static final int TOTAL = 100;
  private static final UserId ADA = new UserId("default", "ada");
  private static final UserId BOB = new UserId("default", "bob");

  private final List<EmbeddedChannel> channels = new ArrayList<>();
  private final List<CountedSocket> idle = new ArrayList<>();
  private SocketAdmission admission = admission(2);

  private static SocketAdmission admission(int perAddress) {
    return new SocketAdmission(TOTAL, perAddress, new Metrics(), new SocketLog(() -> 0));
  }

  @BeforeMethod(alwaysRun = true)
  public void open() {
    admission = admission(2);
    idle.clear();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    channels.forEach(EmbeddedChannel::close);
    channels.clear();
  }

  /** A socket of this address; of none as yet when it is empty. */
  private CountedSocket socket(String address) {
    EmbeddedChannel channel = new EmbeddedChannel();
    channels.add(channel);
    CountedSocket[] self = new CountedSocket[1];
    CountedSocket socket = new CountedSocket(channel, () -> idle.contains(self[0]));
    self[0] = socket;
    channel.closeFuture().addListener(closed -> admission.leave(socket));
    admission.enter(socket);
    if (!address.isEmpty()) {
      admission.from(socket, Network.address(address).orElseThrow());
    }
    return socket;
  }

  private List<CountedSocket> sockets(int count, String addressPrefix) {
    List<CountedSocket> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(socket(addressPrefix.isEmpty() ? "" : addressPrefix + i));
    }
    return all;
  }

  private boolean isOpen(CountedSocket socket) {
    return channels.stream().filter(EmbeddedChannel::isOpen).count() > 0
        && socket.account != Account.GONE;
  }

  public void anAddressGetsItsShareAndMayHaveItAgain() {
    CountedSocket first = socket("192.0.2.1");
    CountedSocket second = socket("192.0.2.1");
    assertThat(socket("192.0.2.1").account).isEqualTo(Account.PROBE);
    assertThat(socket("192.0.2.2").account).isEqualTo(Account.UNKNOWN);
    admission.known(first);
    admission.leave(second);
    assertThat(sockets(2, "192.0.2.1").get(1).account).isEqualTo(Account.UNKNOWN);
    assertThat(socket("192.0.2.1").account).isEqualTo(Account.UNKNOWN);
  }

  public void anIdleSocketOfTheAddressMakesRoom() {
    CountedSocket first = socket("192.0.2.1");
    CountedSocket second = socket("192.0.2.1");
    idle.add(second);
    assertThat(socket("192.0.2.1").account).isEqualTo(Account.UNKNOWN);
    assertThat(second.account).isEqualTo(Account.GONE);
    assertThat(first.account).isEqualTo(Account.UNKNOWN);
    assertThat(admission.open()).isEqualTo(2);
  }

  public void anAddressOfIPv6IsANetworkOfSixtyFourBits() {
    assertThat(sockets(3, "2001:db8::").get(2).account).isEqualTo(Account.PROBE);
    assertThat(socket("2001:db8:0:1::1").account).isEqualTo(Account.UNKNOWN);
  }

  public void aNetworkOfFortyEightBitsHasABoundToo() {
    for (int i = 0; i < SocketAdmission.NETWORK_FACTOR; i++) {
      assertThat(sockets(2, "2001:db8:0:" + i + "::").get(1).account).isEqualTo(Account.UNKNOWN);
    }
    assertThat(socket("2001:db8:0:ffff::1").account).isEqualTo(Account.PROBE);
    assertThat(socket("2001:db8:1:ffff::1").account).isEqualTo(Account.UNKNOWN);
  }

  public void anAddressWrittenAsIPv6IsTheSame() {
    assertThat(Network.address("::ffff:192.0.2.1")).isEqualTo(Network.address("192.0.2.1"));
  }

  public void unknownSocketsTogetherGetHalfOfAllPlacesAndTheOldestMakesRoom() {
    List<CountedSocket> unknown = sockets(TOTAL / 2, "");
    assertThat(unknown).allMatch(this::isOpen);
    CountedSocket next = socket("");
    assertThat(next.account).isEqualTo(Account.UNKNOWN);
    assertThat(unknown.get(0).account).isEqualTo(Account.GONE);
    assertThat(unknown.get(1).account).isEqualTo(Account.UNKNOWN);
    assertThat(admission.unknown()).isEqualTo(TOTAL / 2);
    assertThat(admission.open()).isEqualTo(TOTAL / 2);
  }

  public void knownUsersMayHaveAllPlacesAndAHealthCheckOneMore() {
    for (int i = 0; i < TOTAL; i++) {
      admission.known(socket(""));
    }
    assertThat(admission.open()).isEqualTo(TOTAL);
    List<CountedSocket> probes = sockets(SocketAdmission.PROBES, "");
    assertThat(probes).allMatch(socket -> socket.account == Account.PROBE);
    assertThat(socket("").account).isEqualTo(Account.PROBE);
    assertThat(probes.get(0).account).isEqualTo(Account.GONE);
    assertThat(probes.get(1).account).isEqualTo(Account.PROBE);
    assertThat(admission.open()).isEqualTo(TOTAL);
  }

  public void aCallOfAUserTakesASocketFromItsAddress() {
    CountedSocket first = socket("192.0.2.1");
    admission.calledBy(first, ADA);
    admission.calledBy(first, ADA);
    assertThat(first.account).isEqualTo(Account.CALLER);
    assertThat(sockets(2, "192.0.2.").get(1).account).isEqualTo(Account.UNKNOWN);
    assertThat(admission.unknown()).isEqualTo(2);
    assertThat(admission.open()).isEqualTo(3);
  }

  public void ofTheSocketsOfOneUserTheOldestIdleOneMakesRoom() {
    List<CountedSocket> held = sockets(SocketAdmission.CALLERS + 1, "192.0.2.");
    held.subList(0, SocketAdmission.CALLERS).forEach(socket -> admission.calledBy(socket, ADA));
    CountedSocket next = held.get(SocketAdmission.CALLERS);
    admission.calledBy(next, ADA);
    assertThat(next.account).isEqualTo(Account.UNKNOWN);
    admission.calledBy(next, BOB);
    assertThat(next.account).isEqualTo(Account.CALLER);
    idle.add(held.get(3));
    admission.calledBy(next, ADA);
    assertThat(next.account).isEqualTo(Account.CALLER);
    assertThat(held.get(3).account).isEqualTo(Account.GONE);
    assertThat(held.get(2).account).isEqualTo(Account.CALLER);
  }

  public void aSocketOfAProxyIsOfTheClientOfEachRequest() {
    CountedSocket proxy = socket("");
    admission.from(proxy, Network.address("192.0.2.1").orElseThrow());
    admission.known(proxy);
    sockets(2, "192.0.2.1");
    admission.from(proxy, Network.address("192.0.2.1").orElseThrow());
    assertThat(proxy.account).isEqualTo(Account.UNKNOWN);
    CountedSocket another = socket("192.0.2.1");
    assertThat(another.account).isEqualTo(Account.UNKNOWN);
    assertThat(socket("192.0.2.1").account).isEqualTo(Account.PROBE);
    admission.answered(proxy);
    assertThat(socket("192.0.2.1").account).isEqualTo(Account.UNKNOWN);
  }

  public void everyPlaceIsGivenBack() {
    List<CountedSocket> all = sockets(2, "192.0.2.1");
    all.addAll(sockets(3, "2001:db8::"));
    admission.calledBy(all.get(0), ADA);
    admission.known(all.get(1));
    all.forEach(admission::leave);
    all.forEach(admission::leave);
    assertThat(admission.open()).isZero();
    assertThat(admission.unknown()).isZero();
    assertThat(sockets(2, "2001:db8::").get(1).account).isEqualTo(Account.UNKNOWN);
  }
}
