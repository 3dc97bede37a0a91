package dev.parley.gateway.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import java.util.stream.IntStream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class LeakGuardTest {
  private final LeakReports reports = LeakReports.install();

  @BeforeMethod(alwaysRun = true)
  public void othersHaveLeakedNothing() {
    reports.check();
  }

  public void aLostBufferIsReportedWithWhoMadeIt() {
    loseABuffer();
    assertThatThrownBy(reports::check)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("leaked buffers: 1 (expected: 0)")
        .hasMessageContaining("LeakGuardTest.loseABuffer");
  }

  public void eachOfManyIsTracked() {
    IntStream.range(0, 300).forEach(i -> ByteBufAllocator.DEFAULT.buffer().release());
    loseABuffer();
    assertThatThrownBy(reports::check).hasMessageContaining("leaked buffers: 1 (expected: 0)");
  }

  public void aLeakIsReportedOnce() {
    loseABuffer();
    assertThatThrownBy(reports::check).isInstanceOf(AssertionError.class);
    assertThatCode(reports::check).doesNotThrowAnyException();
  }

  public void aReleasedBufferIsNoLeak() {
    ByteBufAllocator.DEFAULT.buffer().writeInt(1).release();
    assertThatCode(reports::check).doesNotThrowAnyException();
  }

  private static void loseABuffer() {
    ByteBufAllocator.DEFAULT.buffer().writeInt(1);
  }
}
