package dev.parley.gateway.tests.support;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.parley.gateway.tests.report.Tally;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/**
 * A log that takes no line until it is closed, as a pipe that nobody reads: what writes to it is
 * blocked.
 */
public final class StuckLog extends UnsynchronizedAppenderBase<ILoggingEvent>
    implements AutoCloseable {

  private final Logger logger;
  private final CountDownLatch hasLine = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);

  /** The log of this logger, from now on. */
  public StuckLog(String name) {
    logger = (Logger) LoggerFactory.getLogger(name);
    start();
    logger.addAppender(this);
    Tally.fault();
  }

  @Override
  protected void append(ILoggingEvent line) {
    hasLine.countDown();
    try {
      goesOn.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until a line is written to it. */
  public void awaitLine() {
    Bounds.await().until(() -> hasLine.getCount() == 0);
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    goesOn.countDown();
  }
}
