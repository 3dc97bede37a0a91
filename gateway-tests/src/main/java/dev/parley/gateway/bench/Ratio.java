package dev.parley.gateway.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The ratio of two things that were measured in turns, of all rounds of one run.
 *
 * @param name what was measured, with everything that the ratio depends on
 * @param median of all rounds
 * @param min the lowest of a round
 * @param max the highest of a round
 * @param isHighGood whether a higher ratio is a better one
 */
public record Ratio(
    String name, double median, double min, double max, int rounds, boolean isHighGood) {

  /** How a ratio compares with an earlier one. */
  enum Verdict {
    BETTER,
    SAME,
    WORSE
  }

  /** The ratio of these rounds, of which there is at least one. */
  public static Ratio of(String name, List<Double> rounds, boolean isHighGood) {
    List<Double> sorted = rounds.stream().sorted().toList();
    return new Ratio(
        name,
        sorted.get(sorted.size() / 2),
        sorted.get(0),
        sorted.get(sorted.size() - 1),
        sorted.size(),
        isHighGood);
  }

  static Ratio of(JsonNode json) {
    return new Ratio(
        json.path("name").asText(),
        json.path("ratio").asDouble(),
        json.path("min").asDouble(),
        json.path("max").asDouble(),
        json.path("rounds").asInt(),
        json.path("better").asText().equals("high"));
  }

  void writeTo(ObjectNode json) {
    json.put("name", name).put("ratio", median).put("min", min).put("max", max);
    json.put("rounds", rounds).put("better", isHighGood ? "high" : "low");
  }

  /** Worse or better only if no round of this run is as good, or as bad, as any round then. */
  Verdict since(Ratio earlier) {
    boolean isHigher = min > earlier.max;
    boolean isLower = max < earlier.min;
    if (!isHigher && !isLower) {
      return Verdict.SAME;
    }
    return isHigher == isHighGood ? Verdict.BETTER : Verdict.WORSE;
  }
}
