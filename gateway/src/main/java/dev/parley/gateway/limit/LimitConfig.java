package dev.parley.gateway.limit;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.ByteSize;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.SettingFamily;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.Principal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The limits of users, by tier.
 *
 * @param commandsPerMinute of a user whose tier has the factor 1
 * @param subscriptions of one connection
 */
public record LimitConfig(
    int commandsPerMinute, int burst, int subscriptions, Map<String, Tier> tiers) {

  private static final SettingFamily<BigDecimal> RATE =
      new SettingFamily<>(
          "tiers",
          "rate",
          byTier(new BigDecimal("0.5"), BigDecimal.ONE, new BigDecimal("2"), new BigDecimal("5")),
          Parsers.decimal("0.01", "1000"),
          "Factor on limits.commands_per_minute. A tier with another name has the defaults of early.");
  private static final SettingFamily<Integer> CONNECTIONS =
      new SettingFamily<>(
          "tiers",
          "connections",
          byTier(5, 5, 5, 5),
          Parsers.integer(1, 10_000),
          "Maximum open connections of a user of the tier.");
  private static final SettingFamily<Integer> OPEN_RUNS =
      new SettingFamily<>(
          "tiers",
          "open_runs",
          byTier(1, 2, 4, 16),
          Parsers.integer(1, 10_000),
          "Maximum open runs of a user of the tier.");

  private static final SettingFamily<ByteSize> STORED_BYTES =
      new SettingFamily<>(
          "tiers",
          "stored_bytes",
          byTier(mebibytes(64), mebibytes(256), mebibytes(1024), mebibytes(16 * 1024)),
          Quantities.bytes("64KiB", "1048576GiB"),
          "Maximum stored bytes of all threads of a user of the tier: those of the records, and 64 for"
              + " each record. Ends of runs are always stored.");
  private static final SettingFamily<Integer> THREADS =
      new SettingFamily<>(
          "tiers",
          "threads",
          byTier(200, 1_000, 5_000, 100_000),
          Parsers.integer(1, 1_000_000_000),
          "Maximum threads with events of a user of the tier.");

  public LimitConfig {
    tiers = Map.copyOf(tiers);
    requireNonNull(tiers.get(Principal.DEFAULT_TIER), "tiers." + Principal.DEFAULT_TIER);
  }

  public static LimitConfig read(Settings settings) {
    int commands =
        settings.get(
            "limits.commands_per_minute",
            "100",
            Parsers.integer(1, 1_000_000),
            "Maximum commands of a user per minute that append, before the factor of the tier.");
    int burst =
        settings.get(
            "limits.burst",
            "10",
            Parsers.integer(1, 100_000),
            "Maximum commands of a user at once, after a pause.");
    int subscriptions =
        settings.get(
            "limits.subscriptions",
            "100",
            Parsers.integer(1, 100_000),
            "Maximum threads that one connection is subscribed to.");
    Rights early = Rights.read(Principal.DEFAULT_TIER, Rights.NONE, settings);
    Map<String, Tier> tiers = new LinkedHashMap<>();
    for (String name : names(settings)) {
      Rights rights =
          name.equals(Principal.DEFAULT_TIER) ? early : Rights.read(name, early, settings);
      tiers.put(
          name,
          new Tier(
              name,
              rights.commandsPerMinute(commands),
              burst,
              rights.connections,
              rights.openRuns,
              subscriptions,
              rights.storedBytes.bytes(),
              rights.threads));
    }
    return new LimitConfig(commands, burst, subscriptions, tiers);
  }

  /** The tier of this name; {@value Principal#DEFAULT_TIER} if it is not configured. */
  public Tier tier(String name) {
    Tier tier = tiers.get(name);
    return tier != null ? tier : requireNonNull(tiers.get(Principal.DEFAULT_TIER));
  }

  private static Set<String> names(Settings settings) {
    Set<String> names = new TreeSet<>(RATE.defaults().keySet());
    names.addAll(settings.names(RATE.prefix()));
    return names;
  }

  private static ByteSize mebibytes(int number) {
    return new ByteSize((long) number << 20);
  }

  private static <T> Map<String, T> byTier(T free, T early, T mid, T enterprise) {
    Map<String, T> values = new LinkedHashMap<>();
    values.put("free", free);
    values.put(Principal.DEFAULT_TIER, early);
    values.put("mid", mid);
    values.put("enterprise", enterprise);
    return values;
  }

  /** The settings of one tier. */
  private record Rights(
      BigDecimal rate, int connections, int openRuns, ByteSize storedBytes, int threads) {

    static final Rights NONE = new Rights(BigDecimal.ONE, 1, 1, mebibytes(64), 1);

    static Rights read(String tier, Rights otherwise, Settings settings) {
      return new Rights(
          settings.get(RATE, tier, otherwise.rate),
          settings.get(CONNECTIONS, tier, otherwise.connections),
          settings.get(OPEN_RUNS, tier, otherwise.openRuns),
          settings.get(STORED_BYTES, tier, otherwise.storedBytes),
          settings.get(THREADS, tier, otherwise.threads));
    }

    int commandsPerMinute(int base) {
      return rate.multiply(BigDecimal.valueOf(base))
          .setScale(0, RoundingMode.HALF_UP)
          .max(BigDecimal.ONE)
          .intValueExact();
    }
  }
}
