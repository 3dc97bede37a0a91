package dev.parley.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Function;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Each kind of id has its own type, which checks its form. */
@Test(groups = "unit")
public class IdsTest {

  private static Object[] form(String name, Function<String, Object> parse, String... samples) {
    return new Object[] {name, parse, samples};
  }

  @DataProvider
  public Object[][] sound() {
    return new Object[][] {
      form("thread_id", ThreadId::new, "t", "A-z_0.9:x", "a".repeat(64)),
      form("id", CommandId::new, "!", "~", "{}\"\\/", "3f2b-uuid", "x".repeat(64)),
      form("run_id", RunId::new, "r_1", "r_-_Aa0", "r_" + "x".repeat(61)),
      form("message_id", MessageId::new, "m_1", "m_" + "x".repeat(61)),
      form("connection_id", ConnectionId::new, "c_1", "c_" + "x".repeat(61)),
      form("epoch", Epoch::new, "e", "-_0Az", "x".repeat(64)),
      form("agent", AgentName::new, "builtin", "a-1", "x".repeat(64)),
    };
  }

  @DataProvider
  public Object[][] unsound() {
    return new Object[][] {
      form("thread_id", ThreadId::named, "", "@inbox", "a b", "é", "a/b", "t\n", "a".repeat(65)),
      form("id", CommandId::new, "", " ", "a b", "é", "a\u007f", "a\n", "x".repeat(65)),
      form(
          "run_id", RunId::new, "", "r_", "1", "m_1", "R_1", "r_é", "r_1\n", "r_" + "x".repeat(62)),
      form("message_id", MessageId::new, "m_", "r_1", "m_ ", "m_" + "x".repeat(62)),
      form("connection_id", ConnectionId::new, "c_", "r_1", "c_" + "x".repeat(62)),
      form("epoch", Epoch::new, "", "a.b", "a b", "x".repeat(65)),
      form("agent", AgentName::new, "", "Builtin", "a_b", "a.b", "x".repeat(65)),
    };
  }

  @Test(dataProvider = "sound")
  public void keepsWhatHasTheForm(String name, Function<String, Object> parse, String[] samples) {
    for (String sample : samples) {
      assertThat(parse.apply(sample)).as(name).hasToString(sample);
    }
  }

  @Test(dataProvider = "unsound")
  public void refusesWhatDoesNotByName(
      String name, Function<String, Object> parse, String[] samples) {
    for (String sample : samples) {
      assertThatThrownBy(() -> parse.apply(sample))
          .as("%s: %s", name, sample)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(name + ": ")
          .hasMessageContaining(" (expected: ");
    }
  }

  public void anIdOfOneKindIsNoIdOfAnother() {
    assertThat(new ThreadId("r_1")).isNotEqualTo(new RunId("r_1"));
  }
}
