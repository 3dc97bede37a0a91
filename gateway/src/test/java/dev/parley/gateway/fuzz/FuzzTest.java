package dev.parley.gateway.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A short run of each target, always with the same inputs. Long ones: {@code scripts/fuzz}. */
@Test(groups = "unit")
public class FuzzTest {

  private static final long SEED = 20261129;

  @DataProvider
  public Object[] targets() {
    return FuzzTargets.names().toArray();
  }

  @Test(dataProvider = "targets", timeOut = 120_000)
  public void onlyDocumentedAnswersLeaveATarget(String name) {
    FuzzTarget target = FuzzTargets.named(name);
    new FuzzRun(target).run(SEED, target.inputs());
  }

  private record Fixed(Consumer<byte[]> reader) implements FuzzTarget {
    @Override
    public String name() {
      return "fixed";
    }

    @Override
    public List<byte[]> examples() {
      return FuzzTarget.texts("{\"type\":\"ping\"}");
    }

    @Override
    public void take(byte[] input) {
      reader.accept(input);
    }
  }

  public void aFailureTellsItsInputAndHowToRepeatIt() {
    FuzzRun run =
        new FuzzRun(
            new Fixed(
                input -> {
                  if (input.length == 3) {
                    throw new IllegalStateException("three");
                  }
                }));
    assertThatThrownBy(() -> run.take("abc".getBytes(UTF_8)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("fixed: java.lang.IllegalStateException: three")
        .hasMessageEndingWith("scripts/fuzz fixed --input 616263");
  }

  public void moreMemoryThanAnInputIsWorthIsAFailure() {
    byte[][] kept = new byte[1][];
    FuzzRun run = new FuzzRun(new Fixed(input -> kept[0] = new byte[input.length << 23]));
    assertThatThrownBy(() -> run.take(new byte[8])).hasMessageContaining("allocated more than ");
  }

  public void theSameSeedMakesTheSameInputs() {
    List<byte[]> examples = new Fixed(input -> {}).examples();
    List<byte[]> once = Mutator.inputs(examples, List.of("word"), 7, 500);
    List<byte[]> again = Mutator.inputs(examples, List.of("word"), 7, 500);
    assertThat(IntStream.range(0, 500)).allMatch(i -> Arrays.equals(once.get(i), again.get(i)));
    assertThat(once.stream().map(String::new).distinct().count()).isGreaterThan(400);
  }
}
