package dev.parley.gateway.limit;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.ByteSize;
import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.config.Template;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What users may do, by tier.
 *
 * @param commandsPerMinute of a user whose tier has the factor 1
 */
public record LimitConfig(
    int commandsPerMinute, int burst, int subscriptions, Map<String, Tier> tiers) {

  /** What a user is whose token names no tier, or one that is not known. */
  public static final String UNKNOWN = "early";

  private static final Key<Integer> COMMANDS_PER_MINUTE =
      Key.of(
          "limits.commands_per_minute",
          "100",
          Parsers.integer(1, 1_000_000),
          "Commands that append, per user and minute, before the factor of the user's tier.");
  private static final Key<Integer> BURST =
      Key.of(
          "limits.burst",
          "10",
          Parsers.integer(1, 100_000),
          "Commands that a user who was quiet may send at once.");
  private static final Key<Integer> SUBSCRIPTIONS =
      Key.of(
          "limits.subscriptions",
          "100",
          Parsers.integer(1, 100_000),
          "Threads that one connection may be subscribed to.");

  private static final Template<BigDecimal> RATE =
      new Template<>(
          "tiers",
          "rate",
          byTier(new BigDecimal("0.5"), BigDecimal.ONE, new BigDecimal("2"), new BigDecimal("5")),
          Parsers.decimal("0.01", "1000"),
          "Factor on limits.commands_per_minute; a tier of another name begins as early.");
  private static final Template<Integer> CONNECTIONS =
      new Template<>(
          "tiers",
          "connections",
          byTier(5, 5, 5, 5),
          Parsers.integer(1, 10_000),
          "Connections that a user of the tier may have open.");
  private static final Template<Integer> OPEN_RUNS =
      new Template<>(
          "tiers",
          "open_runs",
          byTier(1, 2, 4, 16),
          Parsers.integer(1, 10_000),
          "Runs that a user of the tier may have open.");

  private static final Template<ByteSize> STORED_BYTES =
      new Template<>(
          "tiers",
          "stored_bytes",
          byTier(mebibytes(64), mebibytes(256), mebibytes(1024), mebibytes(16 * 1024)),
          Quantities.bytes("64KiB", "1048576GiB"),
          "Bytes of all threads of a user of the tier that are kept: of the stored records, and 64"
              + " for each; ends of runs always fit.");
  private static final Template<Integer> THREADS =
      new Template<>(
          "tiers",
          "threads",
          byTier(200, 1_000, 5_000, 100_000),
          Parsers.integer(1, 1_000_000_000),
          "Threads with events that a user of the tier may have.");

  public static final List<Setting> KEYS =
      List.of(
          COMMANDS_PER_MINUTE,
          BURST,
          SUBSCRIPTIONS,
          RATE,
          CONNECTIONS,
          OPEN_RUNS,
          STORED_BYTES,
          THREADS);

  public LimitConfig {
    tiers = Map.copyOf(tiers);
    requireNonNull(tiers.get(UNKNOWN), "tiers." + UNKNOWN);
  }

  public static LimitConfig read(Settings settings, Problems problems) {
    int commands = settings.get(COMMANDS_PER_MINUTE, problems);
    int burst = settings.get(BURST, problems);
    int subscriptions = settings.get(SUBSCRIPTIONS, problems);
    Rights early = Rights.read(UNKNOWN, Rights.NONE, settings, problems);
    Map<String, Tier> tiers = new LinkedHashMap<>();
    for (String name : names(settings)) {
      Rights rights = name.equals(UNKNOWN) ? early : Rights.read(name, early, settings, problems);
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

  /** The tier of this name; {@value #UNKNOWN} if it is not known. */
  public Tier tier(String nameOrUnknown) {
    Tier tier = tiers.get(nameOrUnknown);
    return tier != null ? tier : requireNonNull(tiers.get(UNKNOWN));
  }

  private static Set<String> names(Settings settings) {
    Set<String> names = new TreeSet<>(RATE.defaults().keySet());
    names.addAll(settings.names(RATE.family()));
    return names;
  }

  private static ByteSize mebibytes(int number) {
    return new ByteSize((long) number << 20);
  }

  private static <T> Map<String, T> byTier(T free, T early, T mid, T enterprise) {
    Map<String, T> values = new LinkedHashMap<>();
    values.put("free", free);
    values.put(UNKNOWN, early);
    values.put("mid", mid);
    values.put("enterprise", enterprise);
    return values;
  }

  /** What the keys of one tier say. */
  private record Rights(
      BigDecimal rate, int connections, int openRuns, ByteSize storedBytes, int threads) {

    static final Rights NONE = new Rights(BigDecimal.ONE, 1, 1, mebibytes(64), 1);

    static Rights read(String tier, Rights otherwise, Settings settings, Problems problems) {
      return new Rights(
          settings.get(RATE.key(tier, otherwise.rate), problems),
          settings.get(CONNECTIONS.key(tier, otherwise.connections), problems),
          settings.get(OPEN_RUNS.key(tier, otherwise.openRuns), problems),
          settings.get(STORED_BYTES.key(tier, otherwise.storedBytes), problems),
          settings.get(THREADS.key(tier, otherwise.threads), problems));
    }

    int commandsPerMinute(int base) {
      return rate.multiply(BigDecimal.valueOf(base))
          .setScale(0, RoundingMode.HALF_UP)
          .max(BigDecimal.ONE)
          .intValueExact();
    }
  }
}
