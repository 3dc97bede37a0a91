package dev.parley.gateway.agent.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent.Completed;
import dev.parley.gateway.agent.AgentEvent.Message;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.agent.AgentEvent.Titled;
import dev.parley.gateway.agent.AgentEvent.ToolEnded;
import dev.parley.gateway.agent.AgentEvent.ToolStarted;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class BuiltinAgentTest {

  public void calculatesAndTellsTheTime() {
    BuiltinRun run = BuiltinRun.of("what is 12*(34+5)? and what time is it in Tokyo?").toEnd();
    assertThat(run.text())
        .isEqualTo("12*(34+5) = 468\nIn Tokyo it is 21:00 on Monday, 23 November 2026.");
    assertThat(run.result())
        .isEqualTo(
            "{\"answers\":[\"12*(34+5) = 468\","
                + "\"In Tokyo it is 21:00 on Monday, 23 November 2026.\"]}");
    assertThat(run.isDone()).isTrue();
  }

  public void thinksFirstAndSaysThatItIsNoModel() {
    BuiltinRun run = BuiltinRun.of("1+1 and fail").toEnd();
    List<Thinking> thoughts = run.all(Thinking.class);
    assertThat(run.events.subList(0, thoughts.size())).isEqualTo(thoughts);
    assertThat(thoughts.get(0)).isEqualTo(Thinking.start());
    assertThat(thoughts.get(1).text()).startsWith("I am not a language model");
    assertThat(thoughts)
        .contains(Thinking.step("calculate 1+1"), Thinking.step("call a tool that fails"))
        .filteredOn(thought -> thought.phase() == ThinkingPhase.END)
        .hasSize(1);
  }

  public void callsItsToolsWithWholeArguments() {
    BuiltinRun run = BuiltinRun.of("what is 1/8? what time is it in Tokyo?").toEnd();
    assertThat(run.all(ToolStarted.class))
        .containsExactly(
            new ToolStarted("call-1", "calculator", RawJson.of("{\"expression\":\"1/8\"}")),
            new ToolStarted("call-2", "clock", RawJson.of("{\"zone\":\"Asia/Tokyo\"}")));
    assertThat(run.all(ToolEnded.class).get(0))
        .isEqualTo(ToolEnded.ok("call-1", RawJson.of("{\"value\":\"0.125\",\"exact\":true}")));
    assertThat(String.valueOf(run.all(ToolEnded.class).get(1).result()))
        .contains("\"date\":\"2026-11-23\"", "\"time\":\"21:00:00\"", "\"offset\":\"+09:00\"");
  }

  public void goesOnAfterAToolThatFailed() {
    BuiltinRun run = BuiltinRun.of("fail, then 1/0, then 2+2").toEnd();
    assertThat(run.all(ToolEnded.class))
        .extracting(ToolEnded::status)
        .containsExactly(ToolStatus.ERROR, ToolStatus.ERROR, ToolStatus.OK);
    assertThat(run.text())
        .isEqualTo(
            """
            The tool failed, as you asked; the rest of the answer follows.
            I could not calculate 1/0: division by zero.
            2+2 = 4""");
  }

  @DataProvider
  public Object[][] titles() {
    return new Object[][] {
      {"what is 6*7? call this conversation \\\"Sums, 1+1\\\"", "Sums, 1+1"},
      {"Title this chat: Trip to Paris ", "Trip to Paris"},
      {"rename this thread to “5 km to miles”", "5 km to miles"},
    };
  }

  @Test(dataProvider = "titles")
  public void setsTheTitleThatItIsAskedFor(String message, String title) {
    BuiltinRun run = BuiltinRun.of(message).toEnd();
    assertThat(run.all(Titled.class)).containsExactly(new Titled(title));
    assertThat(run.text()).endsWith("This conversation is now called " + title + ".");
    assertThat(run.all(ToolStarted.class)).hasSizeLessThanOrEqualTo(1);
  }

  public void countsOneNumberInADeltaAtThePace() {
    BuiltinRun run = BuiltinRun.of("count slowly to 5").toEnd();
    assertThat(run.all(Message.class))
        .extracting(Message::delta)
        .containsExactly("1 ", "2 ", "3 ", "4 ", "5.");
    int first = run.events.indexOf(new Message("1 "));
    assertThat(run.at.get(first + 4) - run.at.get(first)).isEqualTo(4 * 30);
  }

  public void waitsWithASlowToolAndLooksAtTheClockAfterwards() {
    BuiltinRun run = BuiltinRun.of("wait 60 seconds, what time is it?").toEnd();
    int call = run.events.indexOf(run.all(ToolStarted.class).get(0));
    assertThat(run.at.get(call + 1) - run.at.get(call)).isEqualTo(60_000);
    assertThat(run.text()).startsWith("I have waited 60 seconds.\nIn UTC it is 12:01 on Monday");
  }

  @DataProvider
  public Object[][] beyondBounds() {
    return new Object[][] {
      {"count to 1001", "I do not count to 1001, only to a whole number from 1 to 1000."},
      {"wait 61 seconds", "I wait 60 seconds at most, so I did not wait 61 seconds."},
      {"what time is it in Atlantis", "I do not know the time zone of Atlantis."},
    };
  }

  @Test(dataProvider = "beyondBounds")
  public void saysWhatItDoesNotDo(String message, String answer) {
    assertThat(BuiltinRun.of(message).toEnd().text()).isEqualTo(answer);
  }

  @DataProvider
  public Object[][] inputs() {
    return new Object[][] {
      {"\"1+1\""},
      {"{\"text\":\"1+1\"}"},
      {"{\"content\":[{\"type\":\"text\",\"text\":\"1+1\"}]}"},
      {"{\"question\":\"1+1\",\"other\":3}"},
      {"[{\"type\":\"image\"},{\"type\":\"text\",\"text\":\"1+1\"}]"},
    };
  }

  @Test(dataProvider = "inputs")
  public void readsTextWhereverItStands(String input) {
    assertThat(new BuiltinRun(input, null, 0).toEnd().text()).isEqualTo("1+1 = 2");
  }

  @DataProvider
  public Object[][] textless() {
    return new Object[][] {{"{\"x\":1}"}, {"[]"}, {"5"}, {"null"}, {"{"}, {"[{\"text\":7}]"}};
  }

  @Test(dataProvider = "textless")
  public void explainsWhatItReads(String input) {
    assertThat(new BuiltinRun(input, null, 0).toEnd().text())
        .startsWith("I found no text to read.")
        .contains("I am not a language model");
  }

  public void saysWhatItCanDoWhenItUnderstandsNothing() {
    BuiltinRun run = BuiltinRun.of("tell me a story").toEnd();
    assertThat(run.text())
        .startsWith("I am Parley's built-in assistant. I am not a language model")
        .contains("count slowly to 10");
    assertThat(run.all(ToolStarted.class)).isEmpty();
  }

  public void usesTheContextAndGivesItBackAsItCame() {
    BuiltinRun run = new BuiltinRun("\"1+1\"", "{\"name\": \"Ada\",\"n\":1.00}", 0).toEnd();
    assertThat(run.text()).isEqualTo("Hello, Ada.\n1+1 = 2");
    assertThat(run.result())
        .isEqualTo("{\"answers\":[\"1+1 = 2\"],\"context\":{\"name\": \"Ada\",\"n\":1.00}}");
  }

  public void pausesBeforeEachDelta() {
    BuiltinRun run = BuiltinRun.of("count slowly to 3");
    run.timer.pass(0);
    assertThat(run.events).containsExactly(Thinking.start());
    run.timer.pass(29);
    assertThat(run.events).hasSize(1);
    run.timer.pass(1);
    assertThat(run.events).hasSize(2);
  }

  public void speaksWithoutAPauseAtPaceZero() {
    BuiltinRun run = new BuiltinRun("\"count slowly to 1000\"", null, 0);
    run.timer.pass(0);
    assertThat(run.all(Message.class)).hasSize(1000);
    assertThat(run.isDone()).isTrue();
  }

  public void waitsUntilTheLogHasTakenAnEvent() {
    BuiltinRun run = BuiltinRun.of("1+1");
    CompletableFuture<Void> behind = new CompletableFuture<>();
    run.consent = behind;
    run.timer.pass(60_000);
    assertThat(run.events).hasSize(1);
    run.consent = CompletableFuture.completedFuture(null);
    behind.complete(null);
    run.toEnd();
    assertThat(run.all(Completed.class)).hasSize(1);
  }

  public void stopsAtOnceWhenCancelled() {
    BuiltinRun run = BuiltinRun.of("wait 60 seconds");
    run.timer.pass(1000);
    int before = run.events.size();
    assertThat(run.timer.waiting()).isEqualTo(1);
    run.cancel();
    assertThat(run.isDone()).isTrue();
    assertThat(run.timer.waiting()).isZero();
    assertThat(run.toEnd().events).hasSize(before);
  }

  public void endsWithTheFaultOfTheLog() {
    BuiltinRun run = BuiltinRun.of("1+1");
    run.consent = CompletableFuture.failedFuture(new IllegalStateException("the run has ended"));
    run.toEnd();
    assertThat(run.events).hasSize(1);
    assertThat(run.done).isCompletedExceptionally();
  }

  public void doesTwentyThingsAtMost() {
    BuiltinRun run = BuiltinRun.of("1+1, ".repeat(25)).toEnd();
    assertThat(run.all(ToolStarted.class)).hasSize(20);
    assertThat(run.all(Thinking.class))
        .extracting(Thinking::text)
        .contains("There are 25 things to do: I do the first 20.");
  }

  public void worksOnTheThreadsOfItsWorkerOnly() {
    Deque<Runnable> work = new ArrayDeque<>();
    BuiltinRun run = new BuiltinRun("\"1+1\"", null, 30, Optional.of(work::add));
    for (int step = 0; !run.isDone(); step++) {
      assertThat(step).isLessThan(100);
      int before = run.events.size();
      run.timer.pass(1000);
      assertThat(run.events).hasSize(before);
      work.remove().run();
    }
    assertThat(run.text()).isEqualTo("1+1 = 2");
  }
}
