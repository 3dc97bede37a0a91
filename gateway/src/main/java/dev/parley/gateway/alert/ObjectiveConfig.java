package dev.parley.gateway.alert;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.SettingFamily;
import dev.parley.gateway.config.SettingPrefix;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.monitor.Stage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A service-level objective: of what passes a stage within the window, at least this percentage
 * takes no longer than the threshold.
 *
 * @param tier the tier that it holds for; empty for all
 * @param minCount fewer in a window say nothing
 */
public record ObjectiveConfig(
    String name,
    Stage stage,
    String tier,
    Duration threshold,
    BigDecimal percentile,
    Duration window,
    int minCount) {

  private static final SettingPrefix OBJECTIVES = new SettingPrefix("sla");

  /** The objective that is there without a setting. */
  private static final String MESSAGE = "message";

  private static final Duration THRESHOLD = Duration.ofSeconds(1);
  private static final BigDecimal PERCENTILE = new BigDecimal("99");
  private static final Duration WINDOW = Duration.ofMinutes(5);
  private static final int MIN_COUNT = 20;
  private static final BigDecimal HUNDRED = new BigDecimal(100);

  private static final SettingFamily<Stage> STAGE =
      OBJECTIVES.family(
          "stage",
          Parsers.oneOf(Stage.class),
          "What the objective with this name measures; accept if not set.");
  private static final SettingFamily<String> TIER =
      OBJECTIVES.family(
          "tier", Parsers.text("the name of a tier"), "Tier that it holds for; all if not set.");
  private static final SettingFamily<Duration> THRESHOLD_KEY =
      OBJECTIVES.family(
          "threshold",
          Quantities.duration("1ms", "1h"),
          "Time that is good enough; 1s if not set.");
  private static final SettingFamily<BigDecimal> PERCENTILE_KEY =
      OBJECTIVES.family(
          "percentile",
          Parsers.decimal("50", "99.999"),
          "Percentage that must be good; when more is too slow, an alert fires; 99 if not set.");
  private static final SettingFamily<Duration> WINDOW_KEY =
      OBJECTIVES.family(
          "window",
          Quantities.duration("1s", "24h"),
          "Time over which it is measured; 5m if not set.");
  private static final SettingFamily<Integer> MIN_COUNT_KEY =
      OBJECTIVES.family(
          "min_count",
          Parsers.integer(1, 1_000_000),
          "Fewer within the window raise no alert; 20 if not set.");

  public ObjectiveConfig {
    requireNonNull(stage, "stage");
    requireNonNull(threshold, "threshold");
    requireNonNull(percentile, "percentile");
    requireNonNull(window, "window");
  }

  /** All objectives, in the order of their names. */
  static List<ObjectiveConfig> readAll(Settings settings) {
    TreeSet<String> names = new TreeSet<>(settings.names(OBJECTIVES.prefix()));
    names.add(MESSAGE);
    return names.stream().map(name -> read(name, settings)).toList();
  }

  private static ObjectiveConfig read(String name, Settings settings) {
    return new ObjectiveConfig(
        name,
        settings.get(STAGE, name, Stage.ACCEPT),
        settings.get(TIER, name, ""),
        settings.get(THRESHOLD_KEY, name, THRESHOLD),
        settings.get(PERCENTILE_KEY, name, PERCENTILE),
        settings.get(WINDOW_KEY, name, WINDOW),
        settings.get(MIN_COUNT_KEY, name, MIN_COUNT));
  }

  /** Refuses a tier that there is not. */
  public void checkTier(Set<String> tiers, Settings settings) {
    if (!tier.isEmpty() && !tiers.contains(tier)) {
      settings.refuse(
          TIER.of(name, ""), "one of the tiers " + String.join(", ", new TreeSet<>(tiers)));
    }
  }

  /** What is bad, for people: {@code accept took longer than 1000 ms}. */
  String subject() {
    String where = tier.isEmpty() ? "" : " in tier " + tier;
    return stage.wire() + where + " took longer than " + threshold.toMillis() + " ms";
  }

  /** The share that may be too slow, between 0 and 1. */
  double budget() {
    return HUNDRED.subtract(percentile).divide(HUNDRED).doubleValue();
  }
}
