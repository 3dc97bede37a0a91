package dev.parley.gateway.hook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class HookOutboxTest {

  private record Status(int status, @Nullable Duration retryAfter) implements HookAnswer {}

  /** One attempt, and what the receiver answers. */
  private record Attempt(String id, String body, CompletableFuture<HookAnswer> answer) {
    void answer(int status) {
      answer.complete(new Status(status, null));
    }
  }

  private final Deque<Attempt> attempts = new ArrayDeque<>();
  private final List<Runnable> later = new ArrayList<>();
  private HookOutbox outbox = newOutbox();

  @BeforeMethod
  public void reset() {
    attempts.clear();
    later.clear();
    outbox = newOutbox();
  }

  private HookOutbox newOutbox() {
    return new HookOutbox(
        (id, body) -> {
          Attempt attempt = new Attempt(id, new String(body, UTF_8), new CompletableFuture<>());
          attempts.add(attempt);
          return attempt.answer();
        },
        (millis, task) -> {
          later.add(task);
          return new CompletableFuture<Void>();
        },
        3);
  }

  private void add(String... ids) {
    for (String id : ids) {
      outbox.add(id, ("{\"" + id + "\"}").getBytes(UTF_8));
    }
  }

  public void oneHookAfterTheOtherIsSent() {
    add("a", "b");
    assertThat(attempts).hasSize(1);
    Attempt first = attempts.remove();
    assertThat(first.id()).isEqualTo("a");
    assertThat(first.body()).isEqualTo("{\"a\"}");
    first.answer(204);
    assertThat(attempts.remove().id()).isEqualTo("b");
    assertThat(attempts).isEmpty();
  }

  public void aHookThatIsNotAcceptedYetIsSentAgainBeforeTheNext() {
    add("a", "b");
    attempts.remove().answer(503);
    assertThat(attempts).isEmpty();
    later.remove(0).run();
    Attempt again = attempts.remove();
    assertThat(again.id()).isEqualTo("a");
    again.answer().completeExceptionally(new java.io.IOException("reset"));
    later.remove(0).run();
    attempts.remove().answer(200);
    assertThat(attempts.remove().id()).isEqualTo("b");
  }

  public void aRefusedHookMakesRoomForTheNext() {
    add("a", "b");
    attempts.remove().answer(400);
    assertThat(attempts.remove().id()).isEqualTo("b");
    assertThat(later).isEmpty();
  }

  public void theOldestThatWaitsIsDropped() {
    add("a", "b", "c", "d", "e");
    List<String> sent = new ArrayList<>();
    while (!attempts.isEmpty()) {
      Attempt next = attempts.remove();
      sent.add(next.id());
      next.answer(200);
    }
    assertThat(sent).containsExactly("a", "c", "d", "e");
  }

  public void anEmptyOutboxStartsAgain() {
    add("a");
    attempts.remove().answer(200);
    add("b");
    assertThat(attempts.remove().id()).isEqualTo("b");
  }

  public void aClosedOutboxSendsNothing() {
    add("a", "b");
    outbox.close();
    Attempt first = attempts.remove();
    assertThat(first.answer()).isCancelled();
    add("c");
    assertThat(attempts).isEmpty();
    assertThat(later).isEmpty();
  }
}
