package dev.parley.gateway.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.RawJson;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class UsageSumTest {

  public void aRunWithoutReportsHasNoUsage() {
    UsageSum usage = new UsageSum();
    usage.report(null);
    usage.endStep();
    assertThat(usage.total()).isNull();
  }

  public void theLastReportOfAStepCounts() {
    UsageSum usage = new UsageSum();
    usage.report("{\"in\":5,\"out\":1,\"tier\":null}");
    usage.report("{\"out\":7}");
    usage.endStep();
    assertThat(usage.total()).isEqualTo(RawJson.of("{\"in\":5,\"out\":7}"));
  }

  public void numbersOfTheStepsAreAddedAtAnyDepth() {
    UsageSum usage = new UsageSum();
    for (int step = 0; step < 3; step++) {
      usage.report("{\"in\":5,\"cost\":0.5,\"cache\":{\"read\":2},\"tier\":\"t" + step + "\"}");
      usage.endStep();
    }
    assertThat(usage.total())
        .isEqualTo(RawJson.of("{\"in\":15,\"cost\":1.5,\"cache\":{\"read\":6},\"tier\":\"t2\"}"));
  }

  public void aUsageOfAnotherFormDoesNoHarm() {
    UsageSum usage = new UsageSum();
    usage.report("{\"a\":1,\"b\":{\"c\":1}}");
    usage.endStep();
    usage.report("{\"a\":\"x\",\"b\":2}");
    usage.report("[1]");
    usage.endStep();
    assertThat(usage.total()).isEqualTo(RawJson.of("{\"a\":\"x\",\"b\":2}"));
  }
}
