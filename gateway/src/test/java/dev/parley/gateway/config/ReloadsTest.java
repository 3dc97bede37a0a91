package dev.parley.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.config.Reloads.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** All parts or none, whatever happens to one of them. */
@Test(groups = "unit", timeOut = 60_000)
public class ReloadsTest {

  private final List<String> used = Collections.synchronizedList(new ArrayList<>());
  private final LinkedBlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
  private final List<Reloadable> parts = Collections.synchronizedList(new ArrayList<>());
  private Reloads reloads;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    used.clear();
    outcomes.clear();
    parts.clear();
    reloads = new Reloads(problems -> List.copyOf(parts), outcomes::add, Duration.ofMinutes(1));
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    reloads.close();
  }

  /** A part that does something while it is read. */
  private abstract class Part implements Reloadable {
    private final String name;

    Part(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    abstract void read(Problems problems);

    @Override
    public Optional<Change> prepare(Problems problems) {
      read(problems);
      return problems.isEmpty()
          ? Optional.of(new Change(true, Map.of(), () -> used.add(name)))
          : Optional.empty();
    }
  }

  private Reloadable good(String name) {
    return Reloadable.of(name, true, () -> used.add(name));
  }

  private Outcome reload() {
    return reloads.reload().toCompletableFuture().join();
  }

  public void allPartsAreUsedInTheirOrder() {
    parts.addAll(List.of(good("a"), good("b")));
    Outcome outcome = reload();
    assertThat(outcome.isDone()).isTrue();
    assertThat(outcome.changes().keySet()).containsExactly("a", "b");
    assertThat(used).containsExactly("a", "b");
    assertThat(outcomes).containsExactly("done");
  }

  public void aMistakeInOnePartKeepsAll() {
    parts.add(good("a"));
    parts.add(
        new Part("b") {
          @Override
          void read(Problems problems) {
            problems.add("b.secret", "***", "at least 32 bytes");
          }
        });
    parts.add(good("c"));
    assertThat(reload().problems()).containsExactly("b.secret: *** (expected: at least 32 bytes)");
    assertThat(used).isEmpty();
    assertThat(outcomes).containsExactly("refused");
  }

  public void aMistakeInTheSettingsKeepsAllToo() {
    reloads =
        new Reloads(
            problems -> {
              problems.add("server.port", "changed", "as at the start");
              return List.of(good("a"));
            },
            outcomes::add,
            Duration.ofMinutes(1));
    assertThat(reload().problems()).hasSize(1);
    assertThat(used).isEmpty();
  }

  /** An error too: the next reload is as good as the first. */
  public void aFaultWhileOneIsReadEndsThatReloadAlone() {
    parts.add(good("a"));
    parts.add(
        new Part("b") {
          @Override
          void read(Problems problems) {
            throw new StackOverflowError("deep");
          }
        });
    assertThatThrownBy(this::reload).hasCauseInstanceOf(StackOverflowError.class);
    assertThat(used).isEmpty();
    parts.remove(1);
    assertThat(reload().isDone()).isTrue();
    assertThat(outcomes).containsExactly("failed", "done");
  }

  public void aPartThatCannotBeChangedDoesNotKeepTheOthers() {
    parts.add(good("a"));
    parts.add(
        Reloadable.of(
            "b",
            true,
            () -> {
              throw new IllegalStateException("broken");
            }));
    parts.add(good("c"));
    assertThatThrownBy(this::reload).hasMessageContaining("reload: not changed: b");
    assertThat(used).containsExactly("a", "c");
    assertThat(outcomes).containsExactly("failed");
  }

  /** A part that waits like a pipe into which nobody writes. */
  private final class Hanging extends Part {
    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    Hanging() {
      super("hanging");
    }

    @Override
    void read(Problems problems) {
      while (end.getCount() > 0) {
        try {
          end.await();
        } catch (InterruptedException ignored) {
          // A native call does not see it either.
        }
      }
      ended.countDown();
    }
  }

  /** On a slow machine one may take longer than the limit of the test. */
  private void reloadUntilDone() {
    while (!reload().isDone()) {
      Thread.onSpinWait();
    }
  }

  public void oneThatHangsIsGivenUpAndTheNextGoesOn() throws Exception {
    reloads = new Reloads(problems -> List.copyOf(parts), outcomes::add, Duration.ofMillis(50));
    Hanging hanging = new Hanging();
    parts.add(hanging);
    CompletableFuture<Outcome> first = reloads.reload().toCompletableFuture();
    assertThat(first.join().problems().get(0)).startsWith("reload: not read in 0 s (expected: ");
    parts.set(0, good("a"));
    reloadUntilDone();
    hanging.end.countDown();
    hanging.ended.await();
    reloadUntilDone();
    assertThat(used).as("what came too late is not used").containsOnly("a");
  }

  public void onlySoManyMayHang() {
    reloads = new Reloads(problems -> List.copyOf(parts), outcomes::add, Duration.ofMillis(10));
    Hanging hanging = new Hanging();
    parts.add(hanging);
    for (int i = 0; i <= Reloads.MAX_HANGING; i++) {
      assertThat(reload().problems().get(0)).startsWith("reload: not read in ");
    }
    assertThat(reload().problems().get(0)).startsWith("reload: earlier ones still wait for a file");
    hanging.end.countDown();
  }

  /** All at once they would be too many that hang, and some would be refused. */
  public void oneComesAfterTheOther() {
    Hanging hanging = new Hanging();
    parts.add(hanging);
    List<CompletableFuture<Outcome>> all = new ArrayList<>();
    for (int i = 0; i < Reloads.MAX_HANGING + 2; i++) {
      all.add(reloads.reload().toCompletableFuture());
    }
    assertThat(all).noneMatch(CompletableFuture::isDone);
    hanging.end.countDown();
    assertThat(all).allMatch(each -> each.join().isDone());
    assertThat(used).hasSize(all.size()).containsOnly("hanging");
  }

  public void afterTheEndNothingIsReloaded() {
    parts.add(good("a"));
    reloads.close();
    assertThat(reload().isDone()).isFalse();
    assertThat(used).isEmpty();
  }
}
