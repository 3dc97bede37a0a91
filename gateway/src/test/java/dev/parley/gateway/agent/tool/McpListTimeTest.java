package dev.parley.gateway.agent.tool;

import static dev.parley.gateway.agent.upstream.ScriptedService.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolSource;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.Test;

/** No run waits for long for the list of a server, and no lock is held while it is checked. */
@Test(groups = "unit", timeOut = 60_000)
public class McpListTimeTest extends ScriptedMcp {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(300);

  public void noLockIsHeldWhileAListIsChecked() throws Exception {
    CountDownLatch checking = new CountDownLatch(1);
    CompletableFuture<Boolean> mayEnd = new CompletableFuture<>();
    try (ScriptedService service = echo((dialogue, message) -> dialogue.awaitClose())) {
      ToolSource source =
          source(
              service,
              LONG,
              (client, server, name, listed) -> {
                checking.countDown();
                mayEnd.join();
                return McpTool.of(client, server, name, listed);
              });
      CompletableFuture<List<Tool>> first = ask(source);
      checking.await();
      CompletableFuture<List<Tool>> second = ask(source);
      assertThat(second).isNotDone();
      mayEnd.complete(true);
      assertThat(names(first.get(20, TimeUnit.SECONDS))).containsExactly("far.echo");
      assertThat(names(second.get(20, TimeUnit.SECONDS))).containsExactly("far.echo");
    }
  }

  public void aListThatCannotBeCheckedFailsNoRun() throws Exception {
    AtomicBoolean isBroken = new AtomicBoolean(true);
    try (ScriptedService service = echo((dialogue, message) -> dialogue.awaitClose())) {
      ToolSource source =
          source(
              service,
              LONG,
              (client, server, name, listed) -> {
                if (isBroken.get()) {
                  throw new IllegalStateException("broken");
                }
                return McpTool.of(client, server, name, listed);
              });
      assertThat(tools(source)).isEmpty();
      isBroken.set(false);
      assertThat(tools(source)).isEmpty();
      assertThat(asked(service, "tools/list")).hasSize(1);
      nanos.set(TimeUnit.MINUTES.toNanos(1));
      assertThat(names(tools(source))).containsExactly("far.echo");
      isBroken.set(true);
      nanos.set(TimeUnit.MINUTES.toNanos(11));
      // The list of before is used while the next is read, and after it has failed.
      assertThat(names(tools(source))).containsExactly("far.echo");
    }
  }

  public void aServerThatNeverAnswersIsNotAwaited() throws Exception {
    try (ScriptedService service = ScriptedService.of(Dialogue::awaitClose)) {
      set("timeout", "10m");
      ToolSource source = source(service, SHORT, McpTool::of);
      assertThat(tools(source)).isEmpty();
      assertThat(tools(source)).isEmpty();
      assertThat(service.connections()).isEqualTo(1);
    }
  }

  public void aServerWhosePagesNeverEndIsNotAwaited() throws Exception {
    try (ScriptedService service =
        server(
            (dialogue, message) -> {
              if (message.path("params").has("cursor")) {
                dialogue.awaitClose();
              } else {
                dialogue.send(json(message, "{\"tools\":[" + ECHO + "],\"nextCursor\":\"n\"}"));
              }
            })) {
      set("timeout", "10m");
      assertThat(tools(source(service, SHORT, McpTool::of))).isEmpty();
    }
  }

  public void theMinuteBeginsWhenTheListHasEnded() throws Exception {
    AtomicInteger lists = new AtomicInteger();
    try (ScriptedService service =
        server(
            (dialogue, message) -> {
              lists.incrementAndGet();
              nanos.addAndGet(TimeUnit.MINUTES.toNanos(5));
              dialogue.send(answer(503, "", ""));
            })) {
      ToolSource source = source(service);
      assertThat(tools(source)).isEmpty();
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(59));
      assertThat(tools(source)).isEmpty();
      assertThat(lists).hasValue(1);
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
      assertThat(tools(source)).isEmpty();
      assertThat(lists).hasValue(2);
    }
  }
}
