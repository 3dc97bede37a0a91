package dev.parley.gateway.transport;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class AcceptBatchHandlerTest {

  private EmbeddedChannel connected;
  private EmbeddedChannel listener;

  @BeforeMethod(alwaysRun = true)
  public void listen() {
    connected = new EmbeddedChannel();
    connected.freezeTime();
    listener = new EmbeddedChannel(new AcceptBatchHandler(connected.eventLoop()));
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    connected.close();
    listener.finishAndReleaseAll();
  }

  public void aFewSocketsAreAcceptedWithoutWaiting() {
    accept(AcceptBatchHandler.BATCH - 1);
    assertThat(listener.config().isAutoRead()).isTrue();
  }

  public void moreAreAcceptedWhenTheLoopsHaveHadATurn() {
    accept(AcceptBatchHandler.BATCH);
    listener.runPendingTasks();
    assertThat(listener.config().isAutoRead()).isFalse();
    connected.advanceTimeBy(AcceptBatchHandler.DELAY_MILLIS, MILLISECONDS);
    connected.runScheduledPendingTasks();
    listener.runPendingTasks();
    assertThat(listener.config().isAutoRead()).isTrue();
  }

  public void whatIsAcceptedIsPassedOn() {
    accept(2);
    assertThat(listener.inboundMessages()).hasSize(2);
  }

  private void accept(int sockets) {
    for (int i = 0; i < sockets; i++) {
      listener.writeInbound("socket " + i);
    }
  }
}
