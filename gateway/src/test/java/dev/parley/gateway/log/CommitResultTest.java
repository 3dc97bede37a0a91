package dev.parley.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.codec.Subtypes;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/** Each decision of the log reaches the method that is meant for it. */
@Test(groups = "unit")
public class CommitResultTest {

  private static final RunId RUN = new RunId("r_1");

  private static final List<CommitResult> SAMPLES =
      List.of(
          new CommitResult.Committed(1, 2, new Epoch("e"), false),
          new CommitResult.QueueFull(),
          new CommitResult.NotQueued(new CommandId("c1")),
          new CommitResult.Duplicate(
              new CommandReceipt(new Fingerprint(1, 2), new ThreadId("t"), 1, RUN, new Epoch("e"))),
          new CommitResult.Conflict(),
          new CommitResult.Busy(RUN),
          new CommitResult.RunNotOpen(RUN),
          new CommitResult.QuotaExceeded(CommitResult.QuotaType.THREADS, 2, 2),
          new CommitResult.Overloaded());

  public void eachResultHasASample() {
    assertThat(SAMPLES)
        .extracting(Object::getClass)
        .containsExactlyInAnyOrderElementsOf(Subtypes.of(CommitResult.class));
  }

  public void eachResultCallsAMethodOfItsOwnWithItself() {
    List<String> called = new ArrayList<>();
    CommitResult.ResultHandler handler =
        (CommitResult.ResultHandler)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {CommitResult.ResultHandler.class},
                (proxy, method, arguments) -> {
                  assertThat(arguments[0].getClass()).isEqualTo(method.getParameterTypes()[0]);
                  called.add(method.getName());
                  return null;
                });
    SAMPLES.forEach(result -> result.dispatch(handler));
    assertThat(called).doesNotHaveDuplicates().hasSize(SAMPLES.size());
  }
}
