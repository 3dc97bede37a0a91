package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ServerSignal.GapReason;
import dev.parley.gateway.protocol.ThreadId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SignalEncoderTest {

  private static final CommandId C1 = new CommandId("c1");
  private static final ThreadId T1 = new ThreadId("t1");
  private static final Epoch E1 = new Epoch("e1");
  private static final RunId R1 = new RunId("r_1");

  private static Map<ServerSignal, String> samples() {
    Map<ServerSignal, String> samples = new LinkedHashMap<>();
    samples.put(
        welcome(),
        "{\"type\":\"welcome\",\"payload\":{\"connection_id\":\"c_1\",\"user_id\":\"ada é\","
            + "\"tier\":\"mid\",\"server_time\":\"2026-11-22T10:00:00.000Z\","
            + "\"heartbeat_ms\":20000,\"max_frame_bytes\":65536,\"features\":[\"rollup\"],"
            + "\"limits\":{\"commands_per_minute\":200,\"burst\":10,\"connections\":5,"
            + "\"open_runs\":4,\"subscriptions\":100,\"stored_bytes\":1073741824,\"threads\":5000},"
            + "\"open_runs\":[{\"thread_id\":\"t1\",\"run_id\":\"r_1\",\"agent\":\"builtin\","
            + "\"epoch\":\"e1\",\"head\":41}]}}");
    addAnswers(samples);
    addReading(samples);
    samples.put(
        new ServerSignal.TokenExpiring(Instant.parse("2026-11-22T10:00:00Z")),
        "{\"type\":\"token_expiring\",\"payload\":{\"expires_at\":\"2026-11-22T10:00:00.000Z\"}}");
    samples.put(
        new ServerSignal.GoAway("shutdown", 1000),
        "{\"type\":\"goaway\",\"payload\":{\"reason\":\"shutdown\",\"reconnect_after_ms\":1000}}");
    return samples;
  }

  private static ServerSignal welcome() {
    return new ServerSignal.Welcome(
        new ConnectionId("c_1"),
        "ada é",
        "mid",
        Instant.parse("2026-11-22T10:00:00Z"),
        20000,
        65536,
        new ServerSignal.Limits(200, 10, 5, 4, 100, 1073741824, 5000),
        List.of(new ServerSignal.OpenRun(T1, R1, new AgentName("builtin"), E1, 41)));
  }

  private static void addAnswers(Map<ServerSignal, String> samples) {
    samples.put(
        new ServerSignal.Accepted(C1, T1, 41L, R1, null, true),
        "{\"type\":\"accepted\",\"id\":\"c1\",\"thread_id\":\"t1\","
            + "\"payload\":{\"seq\":41,\"run_id\":\"r_1\",\"duplicate\":true}}");
    samples.put(
        new ServerSignal.Accepted(C1, T1, 41L, null, null, true, E1),
        "{\"type\":\"accepted\",\"id\":\"c1\",\"thread_id\":\"t1\","
            + "\"payload\":{\"seq\":41,\"duplicate\":true,\"epoch\":\"e1\",\"deleted\":true}}");
    samples.put(
        new ServerSignal.Accepted(C1, null, null, null, "cancelling", false),
        "{\"type\":\"accepted\",\"id\":\"c1\",\"payload\":{\"state\":\"cancelling\"}}");
    samples.put(
        ServerSignal.Accepted.plain(C1), "{\"type\":\"accepted\",\"id\":\"c1\",\"payload\":{}}");
    String limits =
        "{\"commands_per_minute\":200,\"burst\":10,\"connections\":5,"
            + "\"open_runs\":4,\"subscriptions\":100,\"stored_bytes\":1073741824,\"threads\":5000}";
    samples.put(
        new ServerSignal.Refreshed(
            C1,
            Instant.parse("2026-11-22T10:00:00Z"),
            "mid",
            new ServerSignal.Limits(200, 10, 5, 4, 100, 1073741824, 5000),
            List.of(T1)),
        "{\"type\":\"accepted\",\"id\":\"c1\",\"payload\":"
            + "{\"expires_at\":\"2026-11-22T10:00:00.000Z\",\"tier\":\"mid\",\"limits\":"
            + limits
            + ",\"dropped\":[\"t1\"]}}");
    samples.put(
        new ServerSignal.Rejected(
            C1, T1, Refusal.temporary(ErrorCode.RATE_LIMITED, "x", Duration.ofMillis(7))),
        "{\"type\":\"rejected\",\"id\":\"c1\",\"thread_id\":\"t1\",\"payload\":"
            + "{\"code\":\"rate_limited\",\"message\":\"x\",\"retry_after_ms\":7}}");
    samples.put(
        new ServerSignal.Failure(Refusal.at(ErrorCode.INVALID_ARGUMENT, "/id", "x")),
        "{\"type\":\"error\",\"payload\":"
            + "{\"code\":\"invalid_argument\",\"message\":\"x\",\"field\":\"/id\"}}");
    samples.put(new ServerSignal.Pong(C1), "{\"type\":\"pong\",\"id\":\"c1\",\"payload\":{}}");
    samples.put(new ServerSignal.Pong(null), "{\"type\":\"pong\",\"payload\":{}}");
  }

  private static void addReading(Map<ServerSignal, String> samples) {
    samples.put(
        new ServerSignal.Subscribed(C1, T1, E1, 1, 57, 41),
        "{\"type\":\"subscribed\",\"id\":\"c1\",\"thread_id\":\"t1\",\"payload\":"
            + "{\"epoch\":\"e1\",\"oldest\":1,\"head\":57,\"after\":41}}");
    samples.put(
        new ServerSignal.CaughtUp(T1, 0),
        "{\"type\":\"caught_up\",\"thread_id\":\"t1\",\"payload\":{\"seq\":0}}");
    for (GapReason reason : GapReason.values()) {
      String name = reason.name().toLowerCase(Locale.ROOT);
      samples.put(
          new ServerSignal.Gap(T1, reason, E1, 3),
          "{\"type\":\"gap\",\"thread_id\":\"t1\",\"payload\":{\"reason\":\"%s\",".formatted(name)
              + "\"epoch\":\"e1\",\"oldest\":3}}");
    }
    samples.put(
        new ServerSignal.Acknowledged(T1, 17),
        "{\"type\":\"acknowledged\",\"thread_id\":\"t1\",\"payload\":{\"seq\":17}}");
    samples.put(
        new ServerSignal.Heartbeat(Map.of(T1, 57L)),
        "{\"type\":\"heartbeat\",\"payload\":{\"heads\":{\"t1\":57}}}");
    samples.put(
        new ServerSignal.Heartbeat(Map.of()),
        "{\"type\":\"heartbeat\",\"payload\":{\"heads\":{}}}");
  }

  @DataProvider
  public Object[][] signals() {
    return samples().entrySet().stream()
        .map(sample -> new Object[] {sample.getKey(), sample.getValue()})
        .toArray(Object[][]::new);
  }

  @Test(dataProvider = "signals")
  public void encodesWhatTheSchemaAllows(ServerSignal signal, String expected) {
    byte[] frame = MessageCodec.encode(signal);
    assertThat(new String(frame, UTF_8)).isEqualTo(expected);
    JsonFrames.fromServer(frame);
  }

  public void eachTypeOfSignalHasASample() {
    assertThat(samples().keySet())
        .extracting(Object::getClass)
        .containsAll(Subtypes.of(ServerSignal.class));
  }

  public void onlyARefusalSaysWhyAFrameWasRefused() {
    Refusal refusal = Refusal.of(ErrorCode.NOT_FOUND, "x");
    assertThat(new ServerSignal.Rejected(C1, T1, refusal).refusalOrNull()).isSameAs(refusal);
    assertThat(new ServerSignal.Failure(refusal).refusalOrNull()).isSameAs(refusal);
    assertThat(new ServerSignal.Pong(C1).refusalOrNull()).isNull();
  }

  public void eachErrorCodeIsOneOfTheSchema() {
    for (ErrorCode code : ErrorCode.values()) {
      JsonFrames.fromServer(MessageCodec.encode(new ServerSignal.Failure(Refusal.of(code, "x"))));
    }
  }
}
