package dev.parley.gateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class HangGuardTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  private final CountDownLatch never = new CountDownLatch(1);
  private Path file;

  @BeforeMethod
  public void makeFile() throws Exception {
    file = Files.createTempFile("hang", ".txt");
  }

  @AfterMethod(alwaysRun = true)
  public void deleteFile() throws Exception {
    Files.delete(file);
  }

  public void aHangingTestIsNamedWithItsStackAndInterrupted() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread test = start(() -> waitUntilInterrupted(interrupted));
    HangGuard.watch("SomeTest#hangs", test, file, SHORT, () -> {});
    assertThat(interrupted.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(file))
        .startsWith("still running after PT0.05S: SomeTest#hangs\nhanging ")
        .contains("HangGuardTest.waitUntilInterrupted")
        .contains("main ");
  }

  public void aTestThatIgnoresTheInterruptEndsTheProcess() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Thread test = start(() -> waitForever());
    HangGuard.watch("SomeTest#hangs", test, file, SHORT, ended::countDown);
    assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
    never.countDown();
    test.join();
  }

  public void aTestThatHasEndedIsNotNamed() throws Exception {
    Thread watch =
        HangGuard.watch("SomeTest", Thread.currentThread(), file, Duration.ofMinutes(1), () -> {});
    watch.interrupt();
    watch.join();
    assertThat(file).isEmptyFile();
  }

  private void waitUntilInterrupted(CountDownLatch interrupted) {
    try {
      never.await();
    } catch (InterruptedException e) {
      interrupted.countDown();
    }
  }

  private void waitForever() {
    while (never.getCount() > 0) {
      try {
        never.await();
      } catch (InterruptedException e) {
        // Goes on waiting.
      }
    }
  }

  private static Thread start(Runnable test) {
    Thread thread = new Thread(test, "hanging");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
