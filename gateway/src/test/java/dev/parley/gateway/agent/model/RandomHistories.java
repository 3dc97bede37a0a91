package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Histories of any order, with blank texts, odd tools and parts of every kind. */
public final class RandomHistories {

  private static final AgentName AGENT = new AgentName("model");
  private static final RunId RUN = new RunId("r_XvlAJ3SJ6WdYcFVZBIpt");

  private static final List<String> MESSAGES =
      List.of(
          "\"hello\"",
          "\"\"",
          "\" \\n\"",
          "[]",
          "{\"a\":1}",
          "{\"text\":\"hi\"}",
          "[{\"type\":\"text\",\"text\":\"look\"},"
              + "{\"type\":\"image\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}]",
          "[{\"type\":\"file\",\"media_type\":\"application/zip\",\"data\":\"AAAA\"}]",
          "[{\"type\":\"audio\",\"data\":\"AAAA\"},{\"type\":\"text\",\"text\":\"\"}]",
          "[{\"type\":\"image\",\"url\":\"https://example.org/a.png\"}]",
          "[{\"type\":\"file\",\"url\":\"https://example.org/a.pdf\"}]",
          "\"half \\ud83d\"");
  private static final List<String> TEXTS = List.of("yes", "", "  ", "no\n", "half \ud83d");
  private static final List<String> NAMES =
      List.of("clock", "mcp.search", "", "ü", "n".repeat(200));
  private static final List<String> JSON =
      List.of("{}", "{\"a\":[1.50,2e3]}", "\"\"", "\"not an object\"", "[]", "null", "12");

  private final Random random;

  public RandomHistories(long seed) {
    random = new Random(seed);
  }

  public History next() {
    List<History.Item> items = new ArrayList<>();
    for (int left = random.nextInt(9); left > 0; left--) {
      items.add(random.nextBoolean() ? message() : answer());
    }
    return new History(items, random.nextBoolean());
  }

  private History.PastMessage message() {
    return new History.PastMessage(RawJson.of(any(MESSAGES)));
  }

  private History.PastAnswer answer() {
    List<History.AnswerPart> parts = new ArrayList<>();
    for (int left = random.nextInt(6); left > 0; left--) {
      if (random.nextInt(3) == 0) {
        parts.add(new History.PastNote(RawJson.of(any(JSON))));
      }
      parts.add(random.nextInt(3) == 0 ? new History.AnswerText(any(TEXTS)) : call());
    }
    List<RunState> ends = List.of(RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED);
    return new History.PastAnswer(RUN, AGENT, any(ends), parts);
  }

  private History.PastToolCall call() {
    ToolStatus status = any(List.of(ToolStatus.values()));
    return new History.PastToolCall(
        "call " + random.nextInt(3),
        any(NAMES),
        RawJson.of(any(JSON)),
        status,
        random.nextBoolean() ? RawJson.of(any(JSON)) : null,
        random.nextBoolean() ? any(TEXTS) : null);
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
