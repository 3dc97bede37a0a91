package dev.parley.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class VirtualWorkersTest {

  /** A thread that the system refuses. */
  private static final class RefusedThread extends Thread {
    @Override
    public synchronized void start() {
      throw new OutOfMemoryError("unable to create native thread");
    }
  }

  public void aThreadThatIsRefusedTakesNoPlace() {
    boolean[] refuses = {true};
    VirtualWorkers workers =
        new VirtualWorkers(task -> refuses[0] ? new RefusedThread() : new Thread(task), 1);
    assertThatThrownBy(() -> workers.execute(() -> {})).isInstanceOf(OutOfMemoryError.class);
    refuses[0] = false;
    CompletableFuture<String> ran = new CompletableFuture<>();
    workers.execute(() -> ran.complete("ran"));
    assertThat(ran.join()).isEqualTo("ran");
  }
}
