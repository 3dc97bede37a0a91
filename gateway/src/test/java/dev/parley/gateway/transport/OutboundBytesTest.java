package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.FakeRouter.answer;
import static dev.parley.gateway.transport.FakeRouter.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.transport.FakeRouter.FakeRoute;
import io.netty.buffer.Unpooled;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Bytes queued for a socket count for its connection, user and tenant, and in the total. */
@Test(groups = "unit")
public class OutboundBytesTest {

  private static final int BOUND = 10_000;
  private static final UserId ADA = FakeVerifier.named("ada").user();

  private ByteAccount all;
  private Wire wire;
  private FakeRoute route;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    all = new ByteAccount(BOUND, BOUND);
    wire = new Wire(all);
    route = wire.open();
  }

  @AfterMethod(alwaysRun = true)
  public void nothingIsHeldAfterTheEnd() {
    wire.channel.take(Long.MAX_VALUE);
    wire.channel.finishAndReleaseAll();
    assertThat(all.held()).isZero();
    assertThat(all.find(ADA.tenant(), ADA.subject())).isEmpty();
  }

  private long held(String... path) {
    return all.find(path).orElseThrow().held();
  }

  public void whatASocketTakesAtOnceIsNeverHeld() {
    route.subscriber.signal(text("signal"));
    wire.channel.runPendingTasks();
    assertThat(all.highest()).isZero();
  }

  public void whatWaitsIsHeldToTheByteUntilItIsTaken() {
    wire.channel.take(0);
    route.subscriber.signal(text("x".repeat(100)));
    route.subscriber.signal(text("y"));
    wire.channel.runPendingTasks();
    assertThat(all.held()).isEqualTo(102 + 3);
    assertThat(held(ADA.tenant())).isEqualTo(105);
    assertThat(held(ADA.tenant(), ADA.subject())).isEqualTo(105);
    assertThat(held(ADA.tenant(), ADA.subject(), "c_1")).isEqualTo(105);
    wire.channel.take(Long.MAX_VALUE);
    assertThat(all.held()).isZero();
  }

  public void whatWaitsSinceBeforeTheUserIsKnownIsHeldByTheUser() {
    wire.channel.close();
    wire = new Wire(all);
    wire.channel.take(0);
    wire.closer.writer().pong(Unpooled.wrappedBuffer(new byte[100]));
    wire.channel.runPendingTasks();
    assertThat(all.held()).isZero();
    wire.open();
    assertThat(all.held()).isEqualTo(102 + "..welcome".length());
    assertThat(held(ADA.tenant(), ADA.subject(), "c_1")).isEqualTo(all.held());
    wire.channel.take(Long.MAX_VALUE);
    assertThat(all.held()).isZero();
    assertThat(held(ADA.tenant(), ADA.subject(), "c_1")).isZero();
  }

  public void ofACompressedMessageTheBytesOnTheWireAreHeld() {
    ByteAccount account = new ByteAccount(BOUND, BOUND);
    Compression compression = new Compression(new Metrics().compression());
    Wire other = new Wire(account, Wire.HIGH, new DeflateFraming(compression, 1 << 15));
    FakeRoute opened = other.open();
    int before = other.channel.taken().length;
    other.channel.take(0);
    opened.subscriber.signal(text("x".repeat(900)));
    other.channel.runPendingTasks();
    long held = account.held();
    other.channel.take(Long.MAX_VALUE);
    assertThat(held).isEqualTo(other.channel.taken().length - before).isBetween(5L, 100L);
    assertThat(account.held()).isZero();
    other.channel.finishAndReleaseAll();
  }

  public void aLostSocketGivesBackWhatItHeld() {
    wire.channel.take(0);
    route.subscriber.signal(text("signal"));
    wire.channel.runPendingTasks();
    assertThat(all.held()).isEqualTo(8);
    wire.channel.close();
    assertThat(all.held()).isZero();
  }

  public void aConnectionHoldsNoMoreThanItsHighWaterMarkAndOneAnswer() {
    wire.channel.take(0);
    for (int i = 0; i < route.asks.size(); i++) {
      int bytes = route.asks.get(i);
      route.subscriber.answer(answer(text("x".repeat(Math.max(1, bytes / 2)))));
      wire.channel.runPendingTasks();
    }
    assertThat(all.highest()).isBetween((long) Wire.HIGH / 2, 2L * Wire.HIGH);
    route.subscriber.close(CloseReason.FAULT);
  }

  public void whileTooManyWaitWhoHasSomeWaitingIsNotAskedFor() {
    wire.channel.take(0);
    route.subscriber.signal(text("y"));
    wire.channel.runPendingTasks();
    ByteAccount other = all.open("other", "bob", "c_2");
    other.add(BOUND);
    route.subscriber.answer(answer());
    assertThat(route.asks).hasSize(1);
    other.close();
    wire.channel.take(Long.MAX_VALUE);
    assertThat(route.asks).hasSize(2);
  }

  public void whileTooManyWaitWhoReadsGoesOnInSmallSteps() {
    wire.channel.close();
    wire = new Wire(all, 4 * ByteAccount.MIN_ASK);
    ByteAccount other = all.open("other", "bob", "c_2");
    other.add(BOUND);
    FakeRoute reading = wire.open();
    reading.subscriber.answer(answer(text("event")));
    wire.channel.runPendingTasks();
    assertThat(reading.asks).containsExactly(ByteAccount.MIN_ASK, ByteAccount.MIN_ASK);
    other.close();
  }

  public void theBoundOfATenantHoldsBackOnlyItsUsers() {
    ByteAccount bounded = new ByteAccount(Long.MAX_VALUE, BOUND);
    ByteAccount other = bounded.open("other", "bob", "c_2");
    other.add(BOUND);
    Wire free = new Wire(bounded, 4 * ByteAccount.MIN_ASK);
    assertThat(free.open().asks.get(0)).isGreaterThan(2 * ByteAccount.MIN_ASK);
    ByteAccount same = bounded.open(ADA.tenant(), "eve", "c_3");
    same.add(BOUND);
    Wire held = new Wire(bounded, 4 * ByteAccount.MIN_ASK);
    assertThat(held.open().asks).containsExactly(ByteAccount.MIN_ASK);
    free.channel.close();
    held.channel.close();
  }
}
