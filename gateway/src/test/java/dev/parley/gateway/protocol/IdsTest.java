package dev.parley.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
      form("notification_id", NotificationId::new, "n_1", "n_" + "x".repeat(61)),
      form("broadcast_id", BroadcastId::new, "b_1", "A-z_0.9:x", "...", "x".repeat(64)),
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
      form("notification_id", NotificationId::new, "n_", "b_1", "n_" + "x".repeat(62)),
      form("broadcast_id", BroadcastId::new, "", ".", "..", "@b", "a/b", "x".repeat(65)),
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

  @DataProvider
  public Object[][] characters() {
    return new Object[][] {
      {"[A-Za-z0-9_.:-]", (Function<String, Object>) ThreadId::new},
      {"[\\x21-\\x7E]", (Function<String, Object>) CommandId::new},
      {"[A-Za-z0-9_-]", (Function<String, Object>) text -> new RunId("r_" + text)},
      {"[A-Za-z0-9_-]", (Function<String, Object>) text -> new MessageId("m_" + text)},
      {"[A-Za-z0-9_-]", (Function<String, Object>) text -> new ConnectionId("c_" + text)},
      {"[A-Za-z0-9_-]", (Function<String, Object>) text -> new NotificationId("n_" + text)},
      {"[A-Za-z0-9_.:-]", (Function<String, Object>) BroadcastId::new},
      {"[A-Za-z0-9_-]", (Function<String, Object>) Epoch::new},
      {"[a-z0-9-]", (Function<String, Object>) AgentName::new},
      {"[A-Za-z0-9_.:-]", (Function<String, Object>) text -> new Subagent(text, "x")},
    };
  }

  @Test(dataProvider = "characters")
  public void noOtherCharacterIsPartOfAnId(String allowed, Function<String, Object> parse) {
    for (char c = 0; c <= 0x17F; c++) {
      String text = "a" + c;
      if (String.valueOf(c).matches(allowed)) {
        assertThat(parse.apply(text)).as(text).isNotNull();
      } else {
        assertThatThrownBy(() -> parse.apply(text)).as(text).hasMessageContaining(" (expected: ");
      }
    }
  }

  public void theInboxIsReadAndNeverNamed() {
    assertThat(ThreadId.readable("@inbox")).isSameAs(ThreadId.INBOX);
    assertThat(ThreadId.INBOX.isInbox()).isTrue();
    assertThat(new ThreadId("@inbox").isInbox()).isTrue();
    assertThat(ThreadId.readable("inbox").isInbox()).isFalse();
    assertThatThrownBy(() -> ThreadId.named("@inbox")).hasMessageStartingWith("thread_id: @inbox");
    assertThatThrownBy(() -> new ThreadId("@other")).hasMessageStartingWith("thread_id: @other");
  }

  /** RFC 3986, section 5.2.4: clients remove these from an address. */
  public void noClientNamesAThreadThatAnAddressLoses() {
    for (String name : List.of(".", "..")) {
      assertThat(new ThreadId(name)).hasToString(name);
      assertThatThrownBy(() -> ThreadId.named(name)).hasMessageEndingWith("neither . nor ..)");
      assertThatThrownBy(() -> ThreadId.readable(name)).hasMessageEndingWith("neither . nor ..)");
    }
    assertThat(ThreadId.named("...")).hasToString("...");
  }

  public void anIdOfOneKindIsNoIdOfAnother() {
    assertThat(new ThreadId("r_1")).isNotEqualTo(new RunId("r_1"));
  }
}
