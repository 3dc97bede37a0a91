package dev.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.SocketSlot.Account;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SocketSlotsTest {

  private static final int TOTAL = 100;
  private static final int PROBES = 16;
  private static final String ADA = "ada";
  private static final String BOB = "bob";

  private final List<TestSocket> idle = new ArrayList<>();
  private final List<SocketEvent> events = new ArrayList<>();
  private final List<String> named = new ArrayList<>();
  private SocketSlots slots = slots();

  private final class TestSocket extends SocketSlot {
    private boolean isEvicted;

    @Override
    protected boolean isIdle() {
      return idle.contains(this);
    }

    @Override
    protected void evict() {
      isEvicted = true;
    }
  }

  private SocketSlots slots() {
    return new SocketSlots(
        TOTAL,
        2,
        PROBES,
        (event, socket) -> {
          events.add(event);
          named.add(socket.address() + " " + socket.user());
        });
  }

  @BeforeMethod(alwaysRun = true)
  public void open() {
    slots = slots();
    idle.clear();
    events.clear();
    named.clear();
  }

  /** A socket of this address; of none as yet when it is empty. */
  private TestSocket socket(String address) {
    TestSocket socket = new TestSocket();
    slots.enter(socket);
    if (!address.isEmpty()) {
      slots.from(socket, address(address));
    }
    return socket;
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }

  private List<TestSocket> sockets(int count, String addressPrefix) {
    List<TestSocket> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(socket(addressPrefix.isEmpty() ? "" : addressPrefix + i));
    }
    return all;
  }

  private static boolean isOpen(TestSocket socket) {
    return !socket.isEvicted && socket.account != Account.GONE;
  }

  public void theListenerLearnsEachBoundThatWasReached() {
    sockets(2, "192.0.2.1");
    TestSocket first = socket("192.0.2.1");
    TestSocket second = socket("192.0.2.1");
    idle.add(first);
    assertThat(events).isEmpty();
    TestSocket third = socket("192.0.2.1");
    assertThat(first.isEvicted).isTrue();
    assertThat(third.refusal()).isNull();
    assertThat(socket("192.0.2.1").refusal()).isEqualTo(SocketEvent.ADDRESS_FULL);
    assertThat(second.isEvicted).isFalse();
    assertThat(events).containsExactly(SocketEvent.IDLE_EVICTED, SocketEvent.ADDRESS_FULL);
  }

  public void anAddressGetsItsShareAndMayHaveItAgain() {
    TestSocket first = socket("192.0.2.1");
    TestSocket second = socket("192.0.2.1");
    assertThat(socket("192.0.2.1").account).isEqualTo(Account.PROBE);
    assertThat(socket("192.0.2.2").account).isEqualTo(Account.UNKNOWN);
    slots.known(first);
    slots.leave(second);
    assertThat(sockets(2, "192.0.2.1").get(1).account).isEqualTo(Account.UNKNOWN);
    assertThat(socket("192.0.2.1").account).isEqualTo(Account.UNKNOWN);
  }

  public void anIdleSocketOfTheAddressMakesRoom() {
    TestSocket first = socket("192.0.2.1");
    TestSocket second = socket("192.0.2.1");
    idle.add(second);
    assertThat(socket("192.0.2.1").account).isEqualTo(Account.UNKNOWN);
    assertThat(second.account).isEqualTo(Account.GONE);
    assertThat(first.account).isEqualTo(Account.UNKNOWN);
    assertThat(slots.open()).isEqualTo(2);
  }

  public void anAddressOfIPv6IsANetworkOfSixtyFourBits() {
    assertThat(sockets(3, "2001:db8::").get(2).account).isEqualTo(Account.PROBE);
    assertThat(socket("2001:db8:0:1::1").account).isEqualTo(Account.UNKNOWN);
  }

  public void aNetworkOfFortyEightBitsHasABoundToo() {
    for (int i = 0; i < SocketSlots.NETWORK_FACTOR; i++) {
      assertThat(sockets(2, "2001:db8:0:" + i + "::").get(1).account).isEqualTo(Account.UNKNOWN);
    }
    assertThat(socket("2001:db8:0:ffff::1").account).isEqualTo(Account.PROBE);
    assertThat(socket("2001:db8:1:ffff::1").account).isEqualTo(Account.UNKNOWN);
  }

  public void aNetworkOfFortyEightBitsMayHaveItsShareAgain() {
    for (int i = 0; i < 4 * SocketSlots.NETWORK_FACTOR; i++) {
      TestSocket next = socket("2001:db8:0:" + i + "::1");
      assertThat(next.account).isEqualTo(Account.UNKNOWN);
      slots.leave(next);
    }
  }

  public void unknownSocketsTogetherGetHalfOfAllPlacesAndTheOldestMakesRoom() {
    List<TestSocket> unknown = sockets(TOTAL / 2, "");
    assertThat(unknown).allMatch(SocketSlotsTest::isOpen);
    TestSocket next = socket("");
    assertThat(next.account).isEqualTo(Account.UNKNOWN);
    assertThat(unknown.get(0).account).isEqualTo(Account.GONE);
    assertThat(unknown.get(1).account).isEqualTo(Account.UNKNOWN);
    assertThat(slots.unknown()).isEqualTo(TOTAL / 2);
    assertThat(slots.open()).isEqualTo(TOTAL / 2);
  }

  public void knownUsersMayHaveAllPlacesAndAHealthCheckOneMore() {
    for (int i = 0; i < TOTAL; i++) {
      slots.known(socket(""));
    }
    assertThat(slots.open()).isEqualTo(TOTAL);
    List<TestSocket> probes = sockets(PROBES, "");
    assertThat(probes).allMatch(socket -> socket.account == Account.PROBE);
    assertThat(socket("").account).isEqualTo(Account.PROBE);
    assertThat(probes.get(0).account).isEqualTo(Account.GONE);
    assertThat(probes.get(1).account).isEqualTo(Account.PROBE);
    assertThat(slots.open()).isEqualTo(TOTAL);
  }

  public void aCallOfAUserTakesASocketFromItsAddress() {
    TestSocket first = socket("192.0.2.1");
    slots.calledBy(first, ADA);
    slots.calledBy(first, ADA);
    assertThat(first.account).isEqualTo(Account.CALLER);
    assertThat(sockets(2, "192.0.2.").get(1).account).isEqualTo(Account.UNKNOWN);
    assertThat(slots.unknown()).isEqualTo(2);
    assertThat(slots.open()).isEqualTo(3);
  }

  public void ofTheSocketsOfOneUserTheOldestIdleOneMakesRoom() {
    List<TestSocket> held = sockets(SocketSlots.MAX_PER_USER + 1, "192.0.2.");
    held.subList(0, SocketSlots.MAX_PER_USER).forEach(socket -> slots.calledBy(socket, ADA));
    TestSocket next = held.get(SocketSlots.MAX_PER_USER);
    slots.calledBy(next, ADA);
    assertThat(next.account).isEqualTo(Account.UNKNOWN);
    slots.calledBy(next, BOB);
    assertThat(next.account).isEqualTo(Account.CALLER);
    idle.add(held.get(3));
    slots.calledBy(next, ADA);
    assertThat(next.account).isEqualTo(Account.CALLER);
    assertThat(held.get(3).account).isEqualTo(Account.GONE);
    assertThat(held.get(2).account).isEqualTo(Account.CALLER);
  }

  public void aSocketOfAProxyIsOfTheClientOfEachRequest() {
    TestSocket proxy = socket("");
    slots.from(proxy, address("192.0.2.1"));
    slots.known(proxy);
    sockets(2, "192.0.2.1");
    slots.from(proxy, address("192.0.2.1"));
    assertThat(proxy.account).isEqualTo(Account.UNKNOWN);
    TestSocket another = socket("192.0.2.1");
    assertThat(another.account).isEqualTo(Account.UNKNOWN);
    assertThat(socket("192.0.2.1").account).isEqualTo(Account.PROBE);
    slots.answered(proxy);
    assertThat(socket("192.0.2.1").account).isEqualTo(Account.UNKNOWN);
  }

  public void everyPlaceIsGivenBack() {
    List<TestSocket> all = sockets(2, "192.0.2.1");
    all.addAll(sockets(3, "2001:db8::"));
    slots.calledBy(all.get(0), ADA);
    slots.known(all.get(1));
    all.forEach(slots::leave);
    all.forEach(slots::leave);
    assertThat(slots.open()).isZero();
    assertThat(slots.unknown()).isZero();
    assertThat(sockets(2, "2001:db8::").get(1).account).isEqualTo(Account.UNKNOWN);
  }

  public void theListenerLearnsWhoseSocketLosesItsSlot() {
    idle.add(socket("192.0.2.1"));
    socket("192.0.2.1");
    socket("192.0.2.1");
    for (int i = 0; i <= SocketSlots.MAX_PER_USER; i++) {
      TestSocket next = socket("198.51.100." + i);
      idle.add(next);
      slots.calledBy(next, ADA);
    }
    assertThat(events).containsExactly(SocketEvent.IDLE_EVICTED, SocketEvent.CALLER_EVICTED);
    assertThat(named).containsExactly("/192.0.2.1 null", "null ada");
  }

  public void aSocketOfAProxyHasOneSlotHoweverManyClientsCallThroughIt() {
    TestSocket proxy = socket("");
    for (int i = 0; i < 5; i++) {
      slots.from(proxy, address("192.0.2." + i));
    }
    assertThat(slots.open()).isEqualTo(1);
    assertThat(slots.unknown()).isEqualTo(1);
    socket("192.0.2.0");
    assertThat(socket("192.0.2.0").account).isEqualTo(Account.UNKNOWN);
  }

  public void theAddressOfASocketMayComeLaterThanItsSlot() {
    List<TestSocket> unknown = sockets(TOTAL / 2, "");
    slots.from(unknown.get(0), address("192.0.2.1"));
    socket("");
    assertThat(unknown.get(0).account).isEqualTo(Account.GONE);
    assertThat(unknown.get(1).account).isEqualTo(Account.UNKNOWN);
  }

  public void aCallerThatUpgradesNoLongerCountsAmongTheSocketsOfItsCalls() {
    List<TestSocket> held = sockets(SocketSlots.MAX_PER_USER + 1, "192.0.2.");
    held.subList(0, SocketSlots.MAX_PER_USER).forEach(socket -> slots.calledBy(socket, ADA));
    slots.known(held.get(0));
    assertThat(held.get(0).account).isEqualTo(Account.KNOWN);
    slots.calledBy(held.get(SocketSlots.MAX_PER_USER), ADA);
    assertThat(held.get(SocketSlots.MAX_PER_USER).account).isEqualTo(Account.CALLER);
    assertThat(slots.open()).isEqualTo(SocketSlots.MAX_PER_USER + 1);
  }

  public void whenUsersHaveAlmostAllPlacesAFewUnknownOnesAreLeftAlone() {
    for (int i = 0; i < TOTAL - PROBES; i++) {
      slots.known(socket(""));
    }
    List<TestSocket> unknown = sockets(PROBES, "");
    assertThat(socket("").account).isEqualTo(Account.PROBE);
    assertThat(unknown).allMatch(SocketSlotsTest::isOpen);
  }

  private List<TestSocket> callers(int count) {
    List<TestSocket> callers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      callers.add(socket(""));
      slots.calledBy(callers.get(i), "user " + i / SocketSlots.MAX_PER_USER);
    }
    return callers;
  }

  public void whenAllPlacesAreTakenTheOldestIdleSocketOfACallerMakesRoom() {
    List<TestSocket> callers = callers(TOTAL);
    idle.addAll(callers.subList(5, TOTAL));
    TestSocket next = socket("192.0.2.1");
    assertThat(next.account).isEqualTo(Account.UNKNOWN);
    assertThat(callers.get(5).isEvicted).isTrue();
    assertThat(callers).filteredOn(SocketSlotsTest::isOpen).hasSize(TOTAL - 1);
    assertThat(slots.open()).isEqualTo(TOTAL);
    assertThat(events).containsExactly(SocketEvent.FULL_EVICTED);
    assertThat(named).containsExactly("null user 0");
  }

  public void whenAllCallersAreBusyANewSocketIsRefused() {
    List<TestSocket> callers = callers(TOTAL);
    assertThat(socket("").account).isEqualTo(Account.PROBE);
    assertThat(callers).allMatch(SocketSlotsTest::isOpen);
    assertThat(events).containsExactly(SocketEvent.ALL_FULL);
  }

  public void aConnectionOfAUserDoesNotMakeRoom() {
    for (TestSocket caller : callers(TOTAL)) {
      idle.add(caller);
      slots.known(caller);
    }
    assertThat(socket("").account).isEqualTo(Account.PROBE);
  }

  public void idleCallersStayWhileSocketsWithoutAUserCanMakeRoom() {
    List<TestSocket> callers = callers(TOTAL / 2);
    idle.addAll(callers);
    sockets(TOTAL, "");
    assertThat(callers).allMatch(SocketSlotsTest::isOpen);
  }
}
