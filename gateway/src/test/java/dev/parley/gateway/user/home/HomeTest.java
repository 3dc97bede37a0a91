package dev.parley.gateway.user.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Results that come later come home, each in a task of its own. */
@Test(groups = "unit")
public class HomeTest {

  private final List<String> said = new ArrayList<>();
  private ManualHome home;
  private CompletableFuture<String> stage;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    said.clear();
    home = new ManualHome();
    stage = new CompletableFuture<>();
    home.whenComplete(
        stage,
        result -> say("result " + result),
        failure -> say("failure " + failure.getMessage()));
  }

  private void say(String what) {
    home.check();
    said.add(what);
  }

  public void aResultComesHomeFromAnyThread() {
    CompletableFuture.runAsync(() -> stage.complete("a")).join();
    assertThat(said).isEmpty();
    home.runAll();
    assertThat(said).containsExactly("result a");
  }

  public void aFailureComesHomeInsteadOfAResult() {
    CompletableFuture.runAsync(() -> stage.completeExceptionally(new IllegalStateException("b")))
        .join();
    home.runAll();
    assertThat(said).containsExactly("failure b");
  }

  public void aResultThatIsThereAlreadyComesInATaskOfItsOwn() {
    home.whenComplete(CompletableFuture.completedStage("c"), this::say, failure -> {});
    assertThat(said).isEmpty();
    home.runAll();
    assertThat(said).containsExactly("c");
  }

  public void aFaultIsNotHiddenInTheStage() {
    home.whenComplete(
        CompletableFuture.completedStage("d"),
        result -> {
          throw new IllegalStateException(result);
        },
        failure -> say("never"));
    assertThatThrownBy(home::runAll).hasMessage("d");
    assertThat(said).isEmpty();
  }
}
