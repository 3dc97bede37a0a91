package dev.parley.gateway.tests.faults;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Every byte account is a figure of the running gateway and follows the bytes that it counts. */
@Test(groups = "performance")
public class ByteFiguresTest extends GatewayTest {
  private static final List<String> FIGURES =
      List.of(
          "parley_outbound_bytes",
          "parley_recent_bytes",
          "parley_page_bytes",
          "parley_commit_queue_bytes");
  private static final int MESSAGES = 150;

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "limits.burst", "1000", "limits.bytes_per_second", "64MiB", "limits.frames_burst", "1000");
  }

  private long figure(String name) {
    return gateway.metrics().figure(name);
  }

  private void write(String thread, int messages) {
    try (WsClient writer = connect(ada)) {
      for (int i = 1; i <= messages; i++) {
        writer.sendValid(Commands.chat(thread + "-" + i, thread, "x".repeat(60_000)));
      }
      writer.answer(thread + "-" + messages);
    }
  }

  @DataProvider
  public Object[][] figures() {
    return FIGURES.stream().map(name -> new Object[] {name}).toArray(Object[][]::new);
  }

  @Test(dataProvider = "figures")
  public void eachFigureIsShownWithItsHighestValue(String name) {
    assertThat(gateway.metrics().snapshot())
        .containsKeys(name, name.replace("_bytes", "_highest_bytes"));
  }

  public void aCommandCountsInTheCommitQueue() {
    connect(ada).ask(Commands.chat("c1", "t1", "x".repeat(5_000)));
    assertThat(figure("parley_commit_queue_highest_bytes")).isGreaterThan(5_000);
    awaitNothing("parley_commit_queue_bytes");
  }

  public void aReplayCountsAsPages() {
    write("t1", 3);
    connect(ada).readAll("t1");
    assertThat(figure("parley_page_highest_bytes")).isGreaterThan(60_000);
    awaitNothing("parley_page_bytes");
  }

  public void aPageOverHttpCountsAsPages() {
    write("t1", 3);
    long whole = 256 * 1024;
    assertThat(http(ada).get("/v1/threads/t1/events").json().path("events")).hasSize(3);
    assertThat(figure("parley_page_highest_bytes")).isGreaterThanOrEqualTo(whole);
    awaitNothing("parley_page_bytes");
  }

  public void deltasOfARollupReaderCountAsRecent() {
    WsClient reader = connect(ada);
    var subscribe = Commands.subscribe("s1", "t1");
    subscribe.withObject("/payload").put("rollup_ms", 500);
    reader.sendValid(subscribe);
    reader.await("caught_up");
    reader.runToEnd("t1", "count slowly to 20");
    assertThat(figure("parley_recent_highest_bytes")).isPositive();
    awaitNothing("parley_recent_bytes");
  }

  public void unsentBytesOfASocketCountInEveryParentAccount() {
    write("t1", MESSAGES);
    try (RawClient stalled = RawClient.open(gateway.address())) {
      stalled.request(RawClient.upgrade("Authorization: Bearer " + gateway.tokens().of(ada)));
      String id =
          Json.parse(stalled.readFrame().text()).path("payload").path("connection_id").asText();
      stalled.sendText(Commands.subscribeAll("s1", "t1").toString());
      await().until(() -> figure("parley_outbound_bytes") > 0);
      assertHeld(
          List.of(), List.of("default"), List.of("default", ada), List.of("default", ada, id));
    }
    awaitNothing("parley_outbound_bytes");
    assertThat(gateway.metrics().outbound().find("default", ada)).isEmpty();
  }

  @SafeVarargs
  private void assertHeld(List<String>... paths) {
    for (List<String> path : paths) {
      assertThat(gateway.metrics().outbound().find(path.toArray(String[]::new)))
          .as(path.toString())
          .map(ByteAccount::held)
          .hasValueSatisfying(held -> assertThat(held).isPositive());
    }
  }

  private void awaitNothing(String name) {
    await().until(() -> figure(name) == 0);
  }
}
