package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.ConnectionPolicy;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class AdmissionTest {

  private static final Principal ADA = FakeVerifier.named("ada");
  private static final Principal BOB = FakeVerifier.named("bob");
  private static final ConnectionId OLD = new ConnectionId("c_old");
  private static final int MANY = 1_000;

  private static Admission admission(ConnectionPolicy policy) {
    return new Admission(principal -> 2, MANY, policy);
  }

  public void whoComesBeyondTheCapIsRefused() {
    Admission admission = admission(ConnectionPolicy.REFUSE);
    assertThat(admission.admit(ADA, new EmbeddedChannel(), null)).isEmpty();
    assertThat(admission.admit(ADA, new EmbeddedChannel(), null)).isEmpty();
    assertThat(admission.refusal(ADA)).isPresent();
    assertThat(admission.admit(ADA, new EmbeddedChannel(), null)).isPresent();
    assertThat(admission.admit(BOB, new EmbeddedChannel(), null)).isEmpty();
    assertThat(admission.connections(ADA.user())).isEqualTo(2);
  }

  public void aClosedChannelGivesItsPlaceBack() {
    Admission admission = admission(ConnectionPolicy.REFUSE);
    EmbeddedChannel first = new EmbeddedChannel();
    admission.admit(ADA, first, null);
    admission.admit(ADA, new EmbeddedChannel(), null);
    first.close();
    assertThat(admission.refusal(ADA)).isEmpty();
    assertThat(admission.connections(ADA.user())).isEqualTo(1);
  }

  public void theOldestMakesRoomWhereThatIsThePolicy() {
    Admission admission = admission(ConnectionPolicy.EVICT);
    EmbeddedChannel oldest = new EmbeddedChannel();
    EmbeddedChannel second = new EmbeddedChannel();
    admission.admit(ADA, oldest, null);
    admission.admit(ADA, second, null);
    assertThat(admission.refusal(ADA)).isEmpty();
    assertThat(admission.admit(ADA, new EmbeddedChannel(), null)).isEmpty();
    oldest.runPendingTasks();
    assertThat(oldest.isOpen()).isFalse();
    assertThat(second.isOpen()).isTrue();
    assertThat(admission.connections(ADA.user())).isEqualTo(2);
  }

  public void nothingIsLeftOfAUserWhoHasLeft() {
    Admission admission = admission(ConnectionPolicy.EVICT);
    for (int i = 0; i < 5; i++) {
      EmbeddedChannel channel = new EmbeddedChannel();
      admission.admit(ADA, channel, null);
      channel.close();
    }
    assertThat(admission.connections(ADA.user())).isZero();
  }

  private static EmbeddedChannel admitted(Admission admission, String user) {
    EmbeddedChannel channel = new EmbeddedChannel();
    assertThat(admission.admit(FakeVerifier.named(user), channel, null)).isEmpty();
    return channel;
  }

  public void theUsersOfATenantHaveAMaximumTogether() {
    Admission admission = new Admission(principal -> 2, 3, ConnectionPolicy.EVICT);
    admitted(admission, "ada");
    EmbeddedChannel bobs = named(admission, BOB, OLD);
    admitted(admission, "carl");
    assertThat(admission.admit(ADA, new EmbeddedChannel(), null).orElseThrow().message())
        .isEqualTo(
            "connections: the maximum of your tenant is open (expected: one of them closed)");
    assertThat(admission.refusal(ADA)).isPresent();
    Principal other =
        new Principal(new UserId("other", "eve"), "early", Set.of(Scope.CHAT), Instant.MAX);
    assertThat(admission.admit(other, new EmbeddedChannel(), null)).isEmpty();

    EmbeddedChannel newer = new EmbeddedChannel();
    assertThat(admission.admit(BOB, newer, OLD)).isEmpty();
    bobs.runPendingTasks();
    assertThat(admission.refusal(ADA)).isPresent();
    newer.close();
    assertThat(admission.refusal(ADA)).isEmpty();
    EmbeddedChannel second = admitted(admission, "ada");
    assertThat(admission.refusal(ADA)).as("the oldest hands its room over").isEmpty();
    assertThat(admission.admit(ADA, new EmbeddedChannel(), null)).isEmpty();
    second.close();
    assertThat(admission.refusal(ADA)).isEmpty();
  }

  private static EmbeddedChannel named(Admission admission, Principal principal, ConnectionId id) {
    EmbeddedChannel channel = new EmbeddedChannel();
    assertThat(admission.admit(principal, channel, null)).isEmpty();
    Admission.name(channel, id);
    return channel;
  }

  @DataProvider
  public Object[][] policies() {
    return new Object[][] {{ConnectionPolicy.REFUSE}, {ConnectionPolicy.EVICT}};
  }

  @Test(dataProvider = "policies")
  public void aNewerConnectionTakesThePlaceOfTheOneItNames(ConnectionPolicy policy) {
    Admission admission = admission(policy);
    EmbeddedChannel first = named(admission, ADA, new ConnectionId("c_first"));
    EmbeddedChannel old = named(admission, ADA, OLD);
    EmbeddedChannel newer = new EmbeddedChannel();
    assertThat(admission.admit(ADA, newer, OLD)).isEmpty();
    assertThat(admission.connections(ADA.user())).isEqualTo(2);
    old.runPendingTasks();
    assertThat(old.isOpen()).isFalse();
    assertThat(first.isOpen()).isTrue();
    assertThat(newer.isOpen()).isTrue();
    assertThat(admission.admit(ADA, new EmbeddedChannel(), OLD).isEmpty())
        .isEqualTo(policy == ConnectionPolicy.EVICT);
  }

  public void thePlaceIsHandedOverAlsoWhereTheCapIsLowerNow() {
    AtomicInteger cap = new AtomicInteger(2);
    Admission admission = new Admission(principal -> cap.get(), MANY, ConnectionPolicy.REFUSE);
    EmbeddedChannel old = named(admission, ADA, OLD);
    named(admission, ADA, new ConnectionId("c_other"));
    cap.set(1);
    assertThat(admission.admit(ADA, new EmbeddedChannel(), OLD)).isEmpty();
    old.runPendingTasks();
    assertThat(old.isOpen()).isFalse();
    assertThat(admission.connections(ADA.user())).isEqualTo(2);
  }

  private static Wire replacing(Admission admission, int number) {
    Wire wire = new Wire();
    wire.channel.take(0);
    ConnectionId last = new ConnectionId("c_" + (number - 1));
    assertThat(admission.admit(ADA, wire.channel, last)).isEmpty();
    Admission.name(wire.channel, new ConnectionId("c_" + number));
    return wire;
  }

  public void asManyAsTheCapMayWaitForTheAnswerToTheirCloseFrame() {
    Admission admission = admission(ConnectionPolicy.REFUSE);
    List<Wire> chain = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      chain.add(replacing(admission, i));
      chain.forEach(wire -> wire.channel.runPendingTasks());
    }
    assertThat(chain)
        .extracting(wire -> wire.channel.isOpen())
        .containsExactly(false, false, false, true, true, true);
    chain.forEach(wire -> wire.channel.take(Long.MAX_VALUE));
    assertThat(chain.subList(3, 5)).allMatch(wire -> wire.written().equals(List.of("8:4409")));
    assertThat(chain.get(5).written()).isEmpty();
    assertThat(admission.connections(ADA.user())).isEqualTo(1);
    assertThat(chain).noneMatch(wire -> wire.channel.finish());
  }

  public void aConnectionOfAnotherUserIsLeftAlone() {
    Admission admission = admission(ConnectionPolicy.REFUSE);
    EmbeddedChannel old = named(admission, BOB, OLD);
    assertThat(admission.admit(ADA, new EmbeddedChannel(), OLD)).isEmpty();
    assertThat(admission.admit(ADA, new EmbeddedChannel(), OLD)).isEmpty();
    assertThat(admission.admit(ADA, new EmbeddedChannel(), OLD)).isPresent();
    old.runPendingTasks();
    assertThat(old.isOpen()).isTrue();
    assertThat(admission.connections(BOB.user())).isEqualTo(1);
  }

  public void whoIsRefusedIsToldWhenTheMostSilentConnectionIsDeclaredDead() {
    Admission admission = admission(ConnectionPolicy.REFUSE);
    Wire silent = beating(admission);
    silent.pass(20);
    Wire lively = beating(admission);
    lively.channel.advanceTimeBy(20, TimeUnit.SECONDS); // the clock of the other one
    silent.pass(15);
    // Silent since its first beat: dead at the third, after 60 s, and closed 2 s later
    assertThat(admission.full(ADA.user()).retryAfterSeconds()).isEqualTo(25 + 1 + 2);
    silent.channel.writeInbound(new PongWebSocketFrame());
    assertThat(admission.full(ADA.user()).retryAfterSeconds()).isEqualTo(40 + 1 + 2);
    assertThat(List.of(silent.channel.finish(), lively.channel.finish())).containsOnly(false);
  }

  private static Wire beating(Admission admission) {
    Wire wire = new Wire();
    wire.channel
        .pipeline()
        .addFirst(new HeartbeatHandler(Duration.ofSeconds(20), wire.closer.writer(), wire.closer));
    wire.open();
    assertThat(admission.admit(ADA, wire.channel, null)).isEmpty();
    return wire;
  }
}
