package dev.parley.gateway.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Names and numbers on the wire and in stores. */
@Test(groups = "unit")
public class VocabularyTest {

  /** Stores have these codes: a line may be added here, but none may change. */
  public void codesOfEventTypesNeverChange() {
    assertThat(Arrays.stream(EventType.values()).map(type -> type.code() + " " + type.wire()))
        .containsExactly(
            "1 message_added",
            "2 agent_started",
            "3 agent_thinking",
            "4 agent_message",
            "5 tool_executing",
            "6 tool_completed",
            "7 agent_completed",
            "8 agent_failed",
            "9 agent_cancelled",
            "10 state_updated",
            "11 custom",
            "12 message_taken_back",
            "13 thread_titled",
            "14 notification");
  }

  public void codesOfRunStatesNeverChange() {
    assertThat(Arrays.stream(RunState.values()).map(state -> state.code() + " " + state.wire()))
        .containsExactly("0 open", "1 completed", "2 failed", "3 cancelled");
  }

  public void codesOfPrioritiesNeverChange() {
    assertThat(Arrays.stream(Priority.values()).map(each -> each.code() + " " + each.wire()))
        .containsExactly("0 low", "1 normal", "2 high", "3 critical");
  }

  public void aCodeLeadsBackToItsType() {
    assertThat(Priority.values()).allMatch(each -> Priority.ofCode(each.code()) == each);
    assertThat(EventType.values()).allMatch(type -> EventType.ofCode(type.code()) == type);
    assertThat(RunState.values()).allMatch(state -> RunState.ofCode(state.code()) == state);
  }

  @DataProvider
  public Object[] unused() {
    return new Object[] {(byte) -1, (byte) 15, Byte.MIN_VALUE, Byte.MAX_VALUE};
  }

  @Test(dataProvider = "unused")
  public void anUnusedCodeIsRefused(byte code) {
    assertThatThrownBy(() -> EventType.ofCode(code))
        .hasMessage("event type code: " + code + " (expected: 1 to 14)");
    assertThatThrownBy(() -> RunState.ofCode(code))
        .hasMessage("run state code: " + code + " (expected: 0 to 3)");
    assertThatThrownBy(() -> Priority.ofCode(code))
        .hasMessage("priority code: " + code + " (expected: 0 to 3)");
  }

  public void zeroIsNoEventType() {
    assertThatThrownBy(() -> EventType.ofCode((byte) 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @DataProvider
  public Object[] closeReasons() {
    return CloseReason.values();
  }

  /** RFC 6455, section 7.4.1 and its registry; section 7.4.2 for private codes. */
  @Test(dataProvider = "closeReasons")
  public void aCloseCodeIsAllowedInACloseFrame(CloseReason reason) {
    boolean registered =
        Stream.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)
            .anyMatch(code -> code == reason.code());
    assertThat(registered || (reason.code() >= 4000 && reason.code() <= 4999)).isTrue();
  }

  /** RFC 6455, section 5.5: 125 bytes, two of them for the code. */
  @Test(dataProvider = "closeReasons")
  public void aCloseReasonFitsItsFrame(CloseReason reason) {
    assertThat(reason.text().getBytes(UTF_8).length).isBetween(1, 123);
  }

  public void namesOnTheWireAreSnakeCaseUnderAnyLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr"));
    try {
      assertThat(ErrorCode.INVALID_ARGUMENT.wire()).isEqualTo("invalid_argument");
      assertThat(Finish.STOP.wire()).isEqualTo("stop");
      assertThat(ToolStatus.UNKNOWN.wire()).isEqualTo("unknown");
      assertThat(CancelledBy.SHUTDOWN.wire()).isEqualTo("shutdown");
      assertThat(ThinkingPhase.DELTA.wire()).isEqualTo("delta");
    } finally {
      Locale.setDefault(before);
    }
  }

  public void aScopeIsFoundByItsNameAlone() {
    assertThat(Scope.values()).allMatch(scope -> Scope.parse(scope.wire()).orElseThrow() == scope);
    assertThat(Stream.of("CHAT", "chat ", "", "root").map(Scope::parse))
        .allMatch(Optional::isEmpty);
  }
}
