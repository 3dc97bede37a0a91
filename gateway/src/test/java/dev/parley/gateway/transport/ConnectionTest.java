package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.FakeRouter.pong;
import static dev.parley.gateway.transport.FakeRouter.pongText;
import static dev.parley.gateway.transport.FakeRouter.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.transport.FakeRouter.FakeRoute;
import dev.parley.gateway.user.read.Answer;
import dev.parley.gateway.user.read.Subscriber;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ConnectionTest {

  private static final String LARGE = "x".repeat(Wire.HIGH);

  private Wire wire;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    wire = new Wire();
  }

  @AfterMethod(alwaysRun = true)
  public void nothingIsLeftOver() {
    assertThat(wire.channel.finish()).isFalse();
    assertThat(wire.metrics.openConnections()).isZero();
  }

  public void nothingIsReadBeforeTheWelcome() {
    wire.routes.onOpen = subscriber -> {};
    FakeRoute route = wire.open();
    wire.receivePings(1);
    assertThat(route.commands).isEmpty();
    assertThat(route.asks).isEmpty();
    route.subscriber.welcome(text("welcome"));
    assertThat(route.commands).hasSize(1);
    assertThat(route.asks).hasSize(1);
  }

  public void readingStopsAtTheMaximumOfUnansweredCommands() {
    FakeRoute route = wire.open();
    wire.receivePings(5);
    assertThat(route.commands).hasSize(2);
    route.subscriber.reply(pong("pong"));
    assertThat(route.commands).hasSize(3);
    route.subscriber.reply(pong("pong"));
    route.subscriber.reply(pong("pong"));
    assertThat(route.commands).hasSize(5);
  }

  public void readingStopsWhileThereIsNoRoomToWrite() {
    FakeRoute route = wire.open();
    wire.channel.take(0);
    route.subscriber.signal(text(LARGE));
    wire.channel.runPendingTasks();
    wire.receivePings(1);
    assertThat(route.commands).isEmpty();
    wire.channel.take(Long.MAX_VALUE);
    assertThat(route.commands).hasSize(1);
  }

  public void allOfOnePassGoesOutInOrderInOneWrite() {
    FakeRoute route = wire.open();
    int before = wire.channel.writes();
    route.subscriber.reply(pong("1"));
    route.subscriber.signal(text("2"));
    route.subscriber.answer(FakeRouter.answer(text("3"), text("4")));
    route.subscriber.reply(pong("5"));
    assertThat(wire.written())
        .containsExactly("welcome", pongText("1"), "2", "3", "4", pongText("5"));
    assertThat(wire.channel.writes()).isEqualTo(before + 1);
  }

  public void oneAskIsInFlightForWhatMayBeWritten() {
    FakeRoute route = wire.open();
    route.subscriber.signal(text("signal"));
    wire.written();
    assertThat(route.asks).hasSize(1);
    assertThat(route.asks.get(0)).isBetween(Wire.HIGH / 2, Wire.HIGH + 1);
    route.subscriber.answer(FakeRouter.answer(text("event")));
    assertThat(route.asks).hasSize(2);
    assertThat(route.asks.get(1)).isLessThan(Wire.HIGH);
  }

  public void nothingIsAskedWhileThereIsNoRoom() {
    FakeRoute route = wire.open();
    wire.channel.take(0);
    route.subscriber.answer(FakeRouter.answer(text(LARGE)));
    wire.channel.runPendingTasks();
    assertThat(route.asks).hasSize(1);
    wire.channel.take(Wire.HIGH / 4);
    assertThat(route.asks).hasSize(1);
    wire.channel.take(Long.MAX_VALUE);
    assertThat(route.asks).hasSize(2);
  }

  public void aCloseComesAfterWhatWasGivenAndNothingAfterIt() {
    FakeRoute route = wire.open();
    route.subscriber.reply(pong("last"));
    route.subscriber.close(CloseReason.FAULT);
    route.subscriber.reply(pong("late"));
    route.subscriber.answer(FakeRouter.answer(text("late")));
    route.subscriber.close(CloseReason.OVERLOADED);
    assertThat(wire.written()).containsExactly("welcome", pongText("last"), "8:1011");
    assertThat(route.ends).hasSize(1);
    assertThat(wire.metrics.count("parley_connections_closed_total", "reason", "fault"))
        .isEqualTo(1);
  }

  public void whatComesInAfterTheCloseIsDropped() {
    FakeRoute route = wire.open();
    wire.receivePings(4);
    route.subscriber.close(CloseReason.FAULT);
    wire.written();
    assertThat(route.commands).hasSize(2);
  }

  public void aRouteThatClosesWhileItOpensIsClosedOnce() {
    wire.routes.onOpen = subscriber -> subscriber.close(CloseReason.OVERLOADED);
    FakeRoute route = wire.open();
    assertThat(wire.written()).containsExactly("8:1013");
    assertThat(route.ends).hasSize(1);
    assertThat(route.asks).isEmpty();
  }

  public void aLostSocketClosesTheRouteOnce() {
    FakeRoute route = wire.open();
    wire.channel.close();
    Subscriber subscriber = route.subscriber;
    subscriber.answer(FakeRouter.answer(text("late")));
    subscriber.close(CloseReason.FAULT);
    assertThat(wire.written()).containsExactly("welcome");
    assertThat(route.ends).hasSize(1);
    assertThat(wire.metrics.count("parley_connections_closed_total", "reason", "lost"))
        .isEqualTo(1);
  }

  public void aSocketThatTakesNoByteForThirtySecondsIsClosed() {
    FakeRoute route = wire.open();
    wire.channel.take(0);
    route.subscriber.signal(text("signal"));
    wire.pass(29);
    assertThat(route.ends).isEmpty();
    wire.pass(6);
    assertThat(route.ends).hasSize(1);
    assertThat(wire.metrics.count("parley_connections_closed_total", "reason", "not_reading"))
        .isEqualTo(1);
    wire.pass(2);
    assertThat(wire.channel.isOpen()).isFalse();
  }

  public void aPauseOfTheProcessIsOneStepOfThat() {
    FakeRoute route = wire.open();
    wire.channel.take(0);
    route.subscriber.signal(text("signal"));
    wire.standStill(300);
    wire.pass(24);
    assertThat(route.ends).isEmpty();
    wire.pass(1);
    assertThat(route.ends).hasSize(1);
  }

  public void aSocketThatTakesAByteNowAndThenIsNot() {
    FakeRoute route = wire.open();
    wire.channel.take(0);
    route.subscriber.signal(text("signal"));
    for (int i = 0; i < 6; i++) {
      wire.pass(25);
      wire.channel.take(1);
    }
    wire.channel.take(Long.MAX_VALUE);
    wire.pass(300);
    assertThat(route.ends).isEmpty();
    assertThat(wire.written()).containsExactly("welcome", "signal");
  }

  /** Gives no buffer of more bytes than there is room for. */
  private static final class FullMemory extends AbstractByteBufAllocator {
    private int room = Integer.MAX_VALUE;

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }

    @Override
    protected ByteBuf newHeapBuffer(int bytes, int max) {
      return UnpooledByteBufAllocator.DEFAULT.heapBuffer(bytes, max);
    }

    @Override
    protected ByteBuf newDirectBuffer(int bytes, int max) {
      if (bytes > room) {
        throw new OutOfMemoryError("Cannot reserve bytes of direct buffer memory");
      }
      return UnpooledByteBufAllocator.DEFAULT.directBuffer(bytes, max);
    }
  }

  /** Opens a route; from then on there is no memory for larger buffers than this. */
  private FakeRoute openWithRoomFor(int bytes) {
    FullMemory memory = new FullMemory();
    wire.channel.config().setAllocator(memory);
    FakeRoute route = wire.open();
    memory.room = bytes;
    return route;
  }

  public void anAnswerThatCannotBeWrittenEndsItsConnectionAndIsTaken() {
    FakeRoute route = openWithRoomFor(500);
    List<String> taken = new ArrayList<>();
    route.subscriber.answer(new Answer(List.of(text(LARGE)), () -> taken.add("taken"), null));
    assertThat(taken).hasSize(1);
    assertThat(wire.written()).containsExactly("welcome", "8:1011");
    assertThat(route.ends).hasSize(1);
    assertThat(route.asks).hasSize(1);
  }

  public void aSocketForWhichThereIsNoMemoryAtAllEnds() {
    FakeRoute route = openWithRoomFor(0);
    route.subscriber.reply(pong("pong"));
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.written()).containsExactly("welcome");
    assertThat(route.ends).hasSize(1);
  }

  public void aPeerThatClosesWhileThereIsNoMemoryIsClosed() {
    FakeRoute route = openWithRoomFor(0);
    wire.channel.writeInbound(new CloseWebSocketFrame(1000, ""));
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(route.ends).hasSize(1);
  }
}
