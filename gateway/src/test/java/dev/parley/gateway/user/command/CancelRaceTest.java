package dev.parley.gateway.user.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.memory.InlineLog;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.testing.Repeats;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.run.RunJudge;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.testng.annotations.Test;

/**
 * A cancellation and an end of the same run in an order that a seed decides: before the run exists,
 * while it is open, while its end is on its way, and after it.
 */
@Test(groups = "unit")
public class CancelRaceTest {

  private static final int RACES = Repeats.of(800, 2000);

  /** One race; what came of it. */
  private static final class Race {
    private final Random random;
    private final UserRig rig = new UserRig(InlineLog.open());
    private final Peer ada = rig.connect();
    private final boolean byCommand;

    Race(long seed) {
      random = new Random(seed);
      byCommand = random.nextBoolean();
    }

    String run() {
      boolean early = byCommand && random.nextBoolean();
      if (early) {
        rig.log.commit.holdAnswers();
      }
      ada.start("c", "t");
      List<Runnable> acts = new ArrayList<>(List.of(this::stop, this::end, this::hold, this::let));
      Collections.shuffle(acts, random);
      acts.forEach(Runnable::run);
      rig.log.commit.release();
      rig.pass(UserRig.WHOLE);
      return judged(early);
    }

    private void stop() {
      if (byCommand) {
        ada.cancelCommand("stop", "c");
      } else {
        ada.cancelRun("stop", ada.runOf("c"));
      }
    }

    private void end() {
      if (!rig.agent.jobs().isEmpty()) {
        rig.agent.job().complete();
        rig.settle();
      }
    }

    private void hold() {
      if (random.nextBoolean()) {
        rig.log.commit.holdCalls();
      } else {
        rig.log.commit.holdAnswers();
      }
    }

    private void let() {
      rig.log.commit.release();
      rig.settle();
    }

    /** How the run ended: for its readers, in the log, and in the answer to the cancellation. */
    private String judged(boolean early) {
      RunJudge.of(ada.seen.events("t")).requireEnded();
      RunRecord record =
          rig.log
              .behind()
              .run(ada.context.user(), new RunId(ada.runOf("c")))
              .toCompletableFuture()
              .join()
              .orElseThrow();
      String end = record.state().wire();
      assertThat(ada.seen.all("agent_" + end)).hasSize(1);
      String answer = ada.answerTo("stop").path("state").asText();
      assertThat(answer).isIn("cancelling", end);
      String moment = early ? "early" : answer.equals("cancelling") ? "open" : "late";
      rig.close();
      return moment + ", " + end;
    }
  }

  public void whicheverIsFirstThereIsOneEndAndTheAnswerIsTrue() {
    Map<String, Integer> seen = new TreeMap<>();
    for (long seed = 0; seed < RACES; seed++) {
      try {
        seen.merge(new Race(seed).run(), 1, Integer::sum);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed: " + seed, e);
      }
    }
    assertThat(seen.keySet())
        .contains("early, cancelled", "open, cancelled", "open, completed", "late, completed");
    assertThat(seen.values()).allMatch(times -> times > RACES / 100);
  }
}
