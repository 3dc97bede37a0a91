package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.chat;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Users whose names could be confused do not see each other's data. */
@Test(groups = "unit")
public class IsolationContractTest extends EventLogContract {

  @Factory(dataProvider = "stores")
  public IsolationContractTest(StoreKind store) {
    super(store);
  }

  private static final List<UserId> LOOKALIKES =
      List.of(
          new UserId("a", "b"),
          new UserId("a:b", "c"),
          new UserId("a", "b:c"),
          new UserId("ab", "c"),
          new UserId("a", "bc"),
          new UserId("a", "b\u00ff"),
          new UserId("b", "a"),
          new UserId("A", "B"),
          new UserId("a ", "b"),
          new UserId("a", "b".repeat(255)),
          new UserId("a", "b".repeat(254)),
          new UserId("\uD83D\uDE00", "b"));

  public void noUserReadsAnothersThreadOfTheSameName() {
    LOOKALIKES.forEach(user -> commit(append(Commits.thread(user, "t"), user.toString())));
    for (UserId user : LOOKALIKES) {
      EventPage page = read(Commits.thread(user, "t"), 0, WHOLE);
      assertThat(bodies(page)).containsExactly(user.toString());
    }
  }

  public void commandIdsOfUsersDoNotConflict() {
    for (UserId user : LOOKALIKES) {
      long own = LOOKALIKES.indexOf(user);
      assertThat(commit(chat(Commits.thread(user, "t"), stamp("c1", own))))
          .isEqualTo(committed(1, 1));
    }
    for (UserId user : LOOKALIKES) {
      assertThat(await(log.find(user, new CommandId("c1"))))
          .map(answer -> answer.fingerprint().high())
          .contains((long) LOOKALIKES.indexOf(user));
    }
  }

  public void noUserSeesAnothersRuns() {
    LOOKALIKES.forEach(user -> commit(start(Commits.thread(user, "t"), null, runOf(user))));
    for (UserId user : LOOKALIKES) {
      assertThat(await(log.openRuns(user))).extracting(RunRecord::run).containsExactly(runOf(user));
    }
    assertThat(await(log.openRuns())).hasSameSizeAs(LOOKALIKES);
  }

  private static RunId runOf(UserId user) {
    return new RunId("r_" + LOOKALIKES.indexOf(user));
  }
}
