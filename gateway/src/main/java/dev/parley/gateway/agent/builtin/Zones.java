package dev.parley.gateway.agent.builtin;

import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Time zones by name: the city of a region id, the id itself, some other names. */
final class Zones {

  private static final Pattern OFFSET = Pattern.compile("(utc|gmt)([+-])([0-9]{1,2})(:[0-9]{2})?");
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");

  /** Zones, each with names that are not in its id. */
  private static final String[][] ALIASES = {
    {"America/Chicago", "houston", "dallas", "austin", "texas"},
    {"America/Los_Angeles", "san francisco", "seattle", "la", "california", "silicon valley"},
    {"America/New_York", "new york city", "nyc", "boston", "washington", "miami"},
    {"America/Sao_Paulo", "rio de janeiro", "brasilia"},
    {"Africa/Johannesburg", "cape town", "south africa"},
    {"Asia/Kolkata", "india", "delhi", "new delhi", "mumbai", "bangalore", "bengaluru"},
    {"Asia/Seoul", "korea", "south korea"},
    {"Asia/Shanghai", "beijing", "china"},
    {"Asia/Jerusalem", "tel aviv"},
    {"Asia/Tokyo", "osaka", "kyoto"},
    {"Europe/Berlin", "germany", "munich", "hamburg", "frankfurt", "cologne"},
    {"Europe/London", "uk", "england", "britain", "great britain", "scotland"},
    {"Europe/Madrid", "spain", "barcelona"},
    {"Europe/Paris", "france", "lyon"},
    {"Europe/Rome", "italy", "milan"},
    {"Europe/Zurich", "switzerland", "geneva", "basel", "bern"},
    {"Pacific/Honolulu", "hawaii"},
  };

  private static final Map<String, ZoneId> BY_NAME = byName();

  private Zones() {}

  /** The zone of a name, without regard to case and accents. */
  static Optional<ZoneId> find(String name) {
    String key = key(name);
    Matcher offset = OFFSET.matcher(key);
    if (offset.matches()) {
      return offset(offset);
    }
    return Optional.ofNullable(BY_NAME.get(key));
  }

  /** {@code utc+5:30} in the form that {@link ZoneId} takes: {@code UTC+05:30}. */
  private static Optional<ZoneId> offset(Matcher offset) {
    String hours = offset.group(3).length() == 1 ? "0" + offset.group(3) : offset.group(3);
    String minutes = offset.group(4) == null ? "" : offset.group(4);
    try {
      return Optional.of(
          ZoneId.of(offset.group(1).toUpperCase(Locale.ROOT) + offset.group(2) + hours + minutes));
    } catch (DateTimeException noSuchOffset) {
      return Optional.empty();
    }
  }

  private static Map<String, ZoneId> byName() {
    Map<String, ZoneId> zones = new HashMap<>();
    for (String[] aliases : ALIASES) {
      for (int i = 1; i < aliases.length; i++) {
        zones.put(aliases[i], ZoneId.of(aliases[0]));
      }
    }
    for (String id : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
      zones.putIfAbsent(key(id), ZoneId.of(id));
      if (!id.startsWith("Etc/") && !id.startsWith("SystemV/")) {
        zones.putIfAbsent(key(id.substring(id.lastIndexOf('/') + 1)), ZoneId.of(id));
      }
    }
    return Map.copyOf(zones);
  }

  private static String key(String name) {
    String plain = MARKS.matcher(Normalizer.normalize(name, Normalizer.Form.NFD)).replaceAll("");
    return plain.replace('_', ' ').strip().toLowerCase(Locale.ROOT);
  }
}
