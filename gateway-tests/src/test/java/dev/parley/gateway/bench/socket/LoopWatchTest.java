package dev.parley.gateway.bench.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.TestFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class LoopWatchTest {

  public void aParkedLoopIsFound() throws IOException, InterruptedException {
    assertThat(waitsOf("loop-1-1"))
        .singleElement()
        .asString()
        .startsWith("jdk.ThreadPark in " + LoopWatchTest.class.getName() + ".park: 1 times");
  }

  public void otherThreadsMayPark() throws IOException, InterruptedException {
    assertThat(waitsOf("committer")).isEmpty();
  }

  private static List<String> waitsOf(String thread) throws IOException, InterruptedException {
    LoopWatch watch = new LoopWatch();
    try (TestFolder folder = new TestFolder()) {
      watch.begin();
      Thread parked = new Thread(LoopWatchTest::park, thread);
      parked.start();
      parked.join();
      Path recording = folder.path().resolve("loops.jfr");
      watch.end(recording);
      return LoopWatch.waits(recording);
    }
  }

  private static void park() {
    long begin = System.nanoTime();
    long nanos = Duration.ofMillis(20).toNanos();
    while (System.nanoTime() - begin < nanos) {
      LockSupport.parkNanos(nanos);
    }
  }
}
