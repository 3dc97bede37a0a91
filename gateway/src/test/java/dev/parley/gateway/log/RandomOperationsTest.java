package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.bodies;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.testing.Repeats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Random commits and reads, compared with a simple model. */
@Test(groups = "unit")
public class RandomOperationsTest extends EventLogContract {

  private static final int SEEDS = Repeats.of(6, 12);
  private static final int TURNS = 60;

  @Factory(dataProvider = "stores")
  public RandomOperationsTest(StoreKind store) {
    super(store);
  }

  @DataProvider
  public static Object[][] seeds() {
    return IntStream.range(0, SEEDS).mapToObj(seed -> new Object[] {seed}).toArray(Object[][]::new);
  }

  @Test(dataProvider = "seeds")
  public void answersAsTheModelDoes(int seed) {
    Random random = new Random(seed);
    RandomCommits commits = new RandomCommits(random);
    ModelLog model = new ModelLog(epoch());
    for (int turn = 0; turn < TURNS; turn++) {
      compareCommits(model, Stream.generate(commits::next).limit(1 + random.nextInt(8)).toList());
      compareBurst(model, commits, random);
      comparePage(model, commits.thread(), random);
      compareFound(model, commits.user(), commits.command());
      RandomCommits.USERS.forEach(user -> compareRuns(model, user));
      RandomCommits.USERS.forEach(user -> compareThreads(model, user));
      forget(model, commits, random);
      clock.advance(Duration.ofMillis(random.nextInt(2)));
      if (random.nextInt(10) == 0) {
        clock.advance(Duration.ofHours(random.nextInt(20)));
        reopenWhatLasts();
      }
    }
  }

  private void compareCommits(ModelLog model, List<Commit> burst) {
    List<CompletionStage<CommitResult>> stages = burst.stream().map(log::commit).toList();
    for (int i = 0; i < burst.size(); i++) {
      assertThat(await(stages.get(i)))
          .as("%s", burst.get(i))
          .isEqualTo(model.commit(burst.get(i), clock.millis()));
    }
  }

  /** Commits and deletions that are queued together share writes. */
  private void compareBurst(ModelLog model, RandomCommits commits, Random random) {
    if (random.nextInt(4) > 0) {
      return;
    }
    List<Runnable> compared = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      if (random.nextInt(3) == 0) {
        ThreadKey thread = commits.thread();
        CompletionStage<Deletion> made = log.delete(thread);
        compared.add(() -> model.delete(thread, await(made)));
      } else {
        Commit commit = commits.next();
        CompletionStage<CommitResult> made = log.commit(commit);
        long millis = clock.millis();
        compared.add(
            () -> assertThat(await(made)).as("%s", commit).isEqualTo(model.commit(commit, millis)));
      }
    }
    compared.forEach(Runnable::run);
  }

  private void comparePage(ModelLog model, ThreadKey thread, Random random) {
    int after = random.nextInt(40);
    int maxBytes = random.nextInt(600);
    EventPage page = read(thread, after, maxBytes);
    assertThat(bodies(page)).isEqualTo(model.page(thread, after, maxBytes));
    assertThat(page.head().head()).isEqualTo(model.head(thread));
    assertThat(page.head().openRun()).isEqualTo(model.openRun(thread));
    assertThat(page.head().epoch()).isEqualTo(model.epoch(thread));
    assertThat(page.head().queue())
        .extracting(QueuedMessage::command)
        .isEqualTo(model.waiting(thread));
  }

  private void compareThreads(ModelLog model, UserId user) {
    List<ThreadId> born =
        RandomCommits.threads(user).stream()
            .filter(thread -> model.head(thread) > 0)
            .sorted(Comparator.comparingLong(model::activity).reversed())
            .map(ThreadKey::thread)
            .toList();
    List<ThreadEntry> listed = await(log.threads(user, null, 9));
    assertThat(listed).extracting(ThreadEntry::thread).isEqualTo(born);
    for (ThreadEntry entry : listed) {
      ThreadKey thread = new ThreadKey(user, entry.thread());
      assertThat(entry.head().title()).isEqualTo(model.title(thread));
      assertThat(entry.head().activityMillis()).isEqualTo(model.activity(thread));
    }
  }

  /** Some of both succeed, as runs end. */
  private void forget(ModelLog model, RandomCommits commits, Random random) {
    if (random.nextInt(6) == 0) {
      ThreadKey thread = commits.thread();
      model.delete(thread, await(log.delete(thread)));
    }
    if (random.nextInt(15) == 0) {
      UserId user = commits.user();
      model.erase(user, RandomCommits.threads(user), await(log.erase(user)));
    }
  }

  private void compareFound(ModelLog model, UserId user, CommandStamp command) {
    assertThat(await(log.find(user, command.id())))
        .isEqualTo(model.find(user, command, clock.millis()));
  }

  private void compareRuns(ModelLog model, UserId user) {
    List<RunRecord> runs = model.runs(user);
    for (RunRecord run : runs) {
      assertThat(await(log.run(user, run.run()))).contains(run);
    }
    assertThat(await(log.openRuns(user)))
        .containsExactlyInAnyOrderElementsOf(
            runs.stream().filter(run -> run.state() == RunState.OPEN).toList());
    assertThat(await(log.threadsWithQueue()).stream().filter(thread -> thread.user().equals(user)))
        .containsExactlyInAnyOrderElementsOf(
            RandomCommits.threads(user).stream()
                .filter(thread -> !model.waiting(thread).isEmpty())
                .toList());
  }

  private void reopenWhatLasts() {
    if (store != StoreKind.MEMORY) {
      reopen(QueueBound.DEFAULT_BYTES);
      clock.advance(Retention.DEFAULT.grace());
    }
  }
}
