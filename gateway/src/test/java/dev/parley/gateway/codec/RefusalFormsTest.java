package dev.parley.gateway.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.ThreadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Every form of a refusal agrees with the tables of docs/protocol.md, "Errors". */
@Test(groups = "unit")
public class RefusalFormsTest {

  private static final Pattern ROW =
      Pattern.compile("\\| (`.+?`) \\| (\\d{3}) \\| (\\d{4}) \\| .+ \\| .+ \\|");
  private static final Pattern EXCEPTION = Pattern.compile("\\| (\\d{3}) \\| `(\\w+)` \\| .+ \\|");
  private static final Pattern CLOSE_CODES =
      Pattern.compile("\\| (\\d{4}(?:, \\d{4})*) \\| .+ \\| .+ \\|");
  private static final Pattern RUN_FAILURE =
      Pattern.compile("\\| `agent_failed` \\| `(\\w+)` \\| .+ \\|");
  private static final Pattern CODE = Pattern.compile("`(\\w+)`");

  /** One code of the first table. */
  private record Documented(ErrorCode code, int status, int close) {}

  @DataProvider
  public Object[] documented() throws IOException {
    return rows().toArray();
  }

  @Test(dataProvider = "documented")
  public void aCodeHasTheDocumentedStatusAndCloseCode(Documented row) {
    assertThat(row.code().status().code()).isEqualTo(row.status());
    assertThat(row.code().closeReason().code()).isEqualTo(row.close());
  }

  @Test(dataProvider = "documented")
  public void aProblemBodyHasTheStatusOfItsCode(Documented row) {
    JsonNode problem = JsonFrames.read(ProblemJson.encode(refusal(row.code())));
    assertThat(problem.path("status").asInt()).isEqualTo(row.status());
    assertThat(problem.path("title").asText()).isEqualTo(row.code().status().title());
    assertThat(problem.path("code").asText()).isEqualTo(row.code().wire());
    assertThat(problem.path("detail").asText()).isEqualTo("why");
    assertThat(problem.path("field").asText()).isEqualTo("/payload");
    assertThat(problem.path("retry_after_ms").asInt()).isEqualTo(1_001);
  }

  @Test(dataProvider = "documented")
  public void framesHaveTheFieldsOfTheRefusal(Documented row) {
    CommandId id = new CommandId("c1");
    ThreadId thread = new ThreadId("t");
    JsonNode rejected = frame(new RefusedException(refusal(row.code()), id, thread));
    assertThat(rejected.path("type").asText()).isEqualTo("rejected");
    assertThat(rejected.path("id").asText()).isEqualTo("c1");
    assertThat(rejected.path("thread_id").asText()).isEqualTo("t");
    checkPayload(rejected.path("payload"), row.code());
    JsonNode error = frame(new RefusedException(refusal(row.code()), null, null));
    assertThat(error.path("type").asText()).isEqualTo("error");
    checkPayload(error.path("payload"), row.code());
  }

  private static JsonNode frame(RefusedException refused) {
    return JsonFrames.fromServer(MessageCodec.encode(refused.answer()));
  }

  private static void checkPayload(JsonNode payload, ErrorCode code) {
    assertThat(payload.path("code").asText()).isEqualTo(code.wire());
    assertThat(payload.path("message").asText()).isEqualTo("why");
    assertThat(payload.path("field").asText()).isEqualTo("/payload");
    assertThat(payload.path("retry_after_ms").asInt()).isEqualTo(1_001);
  }

  private static Refusal refusal(ErrorCode code) {
    return new Refusal(code, "why", "/payload", Duration.ofMillis(1_001), code.status());
  }

  public void everyCodeIsDocumentedAsARefusalOrAsAFailureOfARun() throws IOException {
    Set<ErrorCode> codes = EnumSet.noneOf(ErrorCode.class);
    rows().forEach(row -> codes.add(row.code()));
    lines(RUN_FAILURE).forEach(line -> codes.add(code(line.group(1))));
    assertThat(codes).containsExactlyInAnyOrder(ErrorCode.values());
  }

  /** Each pair of a status and a code is in the second table, or is the code's own. */
  public void otherStatusesOfACodeAreThoseOfTheDocumentation() throws IOException {
    List<String> allowed = new ArrayList<>();
    for (ErrorCode code : ErrorCode.values()) {
      Arrays.stream(HttpStatus.values())
          .filter(status -> status != code.status() && code.allows(status))
          .forEach(status -> allowed.add(status.code() + " " + code.wire()));
    }
    assertThat(lines(EXCEPTION))
        .extracting(line -> line.group(1) + " " + line.group(2))
        .containsExactlyInAnyOrderElementsOf(allowed);
  }

  public void everyCloseCodeIsDocumented() throws IOException {
    Set<Integer> documented = new HashSet<>();
    for (Matcher row : lines(CLOSE_CODES)) {
      Pattern.compile("\\d{4}")
          .matcher(row.group(1))
          .results()
          .forEach(code -> documented.add(Integer.valueOf(code.group())));
    }
    assertThat(CloseReason.values())
        .extracting(CloseReason::code)
        .allMatch(code -> documented.contains(code));
  }

  public void anotherStatusIsRefused() {
    Refusal refusal = Refusal.of(ErrorCode.NOT_FOUND, "why");
    assertThatThrownBy(() -> refusal.as(HttpStatus.NOT_IMPLEMENTED))
        .hasMessage("status: NOT_IMPLEMENTED (expected: one that not_found allows)");
  }

  public void retryAfterIsRoundedUpToWholeSeconds() {
    assertThat(refusal(ErrorCode.RATE_LIMITED).retryAfterSeconds()).isEqualTo(2);
    assertThat(temporary(1).retryAfterSeconds()).isEqualTo(1);
    assertThat(temporary(1_000).retryAfterSeconds()).isEqualTo(1);
    assertThat(Refusal.of(ErrorCode.RATE_LIMITED, "why").retryAfterSeconds()).isNull();
  }

  private static Refusal temporary(long millis) {
    return Refusal.temporary(ErrorCode.RATE_LIMITED, "why", Duration.ofMillis(millis));
  }

  private static List<Documented> rows() throws IOException {
    List<Documented> rows = new ArrayList<>();
    for (Matcher row : lines(ROW)) {
      Matcher codes = CODE.matcher(row.group(1));
      while (codes.find()) {
        rows.add(
            new Documented(
                code(codes.group(1)),
                Integer.parseInt(row.group(2)),
                Integer.parseInt(row.group(3))));
      }
    }
    return rows;
  }

  private static List<Matcher> lines(Pattern form) throws IOException {
    return Files.readString(Path.of("../docs/protocol.md"))
        .lines()
        .map(form::matcher)
        .filter(Matcher::matches)
        .toList();
  }

  private static ErrorCode code(String wire) {
    return Arrays.stream(ErrorCode.values())
        .filter(code -> code.wire().equals(wire))
        .findFirst()
        .orElseThrow();
  }
}
