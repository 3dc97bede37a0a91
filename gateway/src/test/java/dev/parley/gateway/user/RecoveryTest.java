package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import java.time.Clock;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class RecoveryTest {

  public void aLogThatCannotBeReadIsNamedAsTheCause() {
    MemoryLog closed = new MemoryLog(Clock.systemUTC(), IdSource.random());
    closed.close();
    assertThatThrownBy(() -> new Recovery(closed, Clock.systemUTC()).endOpenRuns())
        .isInstanceOf(LogException.class)
        .hasMessage("log: closed (expected: open)");
  }
}
