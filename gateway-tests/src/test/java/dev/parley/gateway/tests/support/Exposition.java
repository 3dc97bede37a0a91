package dev.parley.gateway.tests.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of {@code /metrics}, read strictly by the grammar of Prometheus' text format 0.0.4 and
 * the conventions for names, counters and histograms. Anything else fails with the line.
 */
public final class Exposition {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (\\S.*)");
  private static final Pattern TYPE =
      Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary|untyped)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "(" + NAME + ")(?:\\{(.*)\\})? (NaN|[+-]Inf|-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");
  private static final List<String> HISTOGRAM = List.of("_bucket", "_sum", "_count");
  private static final List<String> SUMMARY = List.of("", "_sum", "_count");

  /** One line with a value. */
  public record Sample(String name, Map<String, String> labels, double value) {}

  /** The lines of one name, with its type. */
  public record Family(String name, String type, List<Sample> samples) {}

  private final Map<String, Family> families = new LinkedHashMap<>();
  private final Set<String> series = new HashSet<>();

  private Exposition() {}

  /** Reads this text. */
  public static Exposition parse(String text) {
    if (!text.endsWith("\n")) {
      throw new AssertionError("text: no line feed at its end");
    }
    Exposition read = new Exposition();
    String helped = "";
    @Nullable Family current = null;
    for (String line : text.lines().toList()) {
      Matcher help = HELP.matcher(line);
      Matcher type = TYPE.matcher(line);
      if (help.matches()) {
        helped = help.group(1);
      } else if (type.matches()) {
        require(type.group(1).equals(helped), line + " (expected: directly after its HELP)");
        current = new Family(type.group(1), type.group(2), new ArrayList<>());
        require(read.families.put(current.name(), current) == null, line + " (expected: once)");
      } else {
        require(current != null, line + " (expected: after a TYPE)");
        read.add(Objects.requireNonNull(current), line);
      }
    }
    read.families.values().forEach(Exposition::check);
    return read;
  }

  /** What this gateway exposes now. */
  public static Exposition of(RunningGateway gateway) {
    HttpResponse<String> answer = get(gateway, "text/plain");
    require(answer.statusCode() == 200, "status: " + answer.statusCode() + " (expected: 200)");
    return parse(answer.body());
  }

  /** The answer to a scrape with the token of an operator. */
  public static HttpResponse<String> get(RunningGateway gateway, String accept) {
    String token = gateway.tokens().withScope("prometheus", "operator");
    HttpRequest request =
        HttpRequest.newBuilder(gateway.address().resolve("/metrics"))
            .header("Authorization", "Bearer " + token)
            .header("Accept", accept)
            .build();
    return TestHttp.answer(request, BodyHandlers.ofString(UTF_8));
  }

  private void add(Family family, String line) {
    Matcher sample = SAMPLE.matcher(line);
    require(sample.matches(), line + " (expected: name{labels} value)");
    String name = sample.group(1);
    String labels = sample.group(2);
    List<String> suffixes =
        switch (family.type()) {
          case "histogram" -> HISTOGRAM;
          case "summary" -> SUMMARY;
          default -> List.of("");
        };
    require(
        suffixes.stream().anyMatch(suffix -> name.equals(family.name() + suffix)),
        line + " (expected: of " + family.name() + ")");
    Map<String, String> values = labels(labels == null ? "" : labels, line);
    require(series.add(name + values), line + " (expected: each series once)");
    family.samples().add(new Sample(name, values, value(sample.group(3))));
  }

  private static Map<String, String> labels(String text, String line) {
    Map<String, String> labels = new TreeMap<>();
    Matcher label = LABEL.matcher(text);
    int end = 0;
    while (end < text.length()) {
      require(label.find(end) && label.start() == end, line + " (expected: labels)");
      require(labels.put(label.group(1), label.group(2)) == null, line + " (expected: one each)");
      end = label.end();
    }
    return labels;
  }

  private static double value(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static void check(Family family) {
    if (family.type().equals("counter")) {
      require(family.name().endsWith("_total"), family.name() + " (expected: _total at its end)");
      family.samples().forEach(each -> require(each.value() >= 0, each + " (expected: 0 or more)"));
    }
    if (family.type().equals("histogram")) {
      checkBuckets(family);
    }
  }

  private static void checkBuckets(Family family) {
    Map<Map<String, String>, List<Sample>> buckets = new LinkedHashMap<>();
    Map<Map<String, String>, Double> counts = new LinkedHashMap<>();
    for (Sample sample : family.samples()) {
      Map<String, String> labels = new TreeMap<>(sample.labels());
      String bound = labels.remove("le");
      require(
          (bound != null) == sample.name().endsWith("_bucket"),
          sample + " (expected: le if bucket)");
      if (bound != null) {
        buckets.computeIfAbsent(labels, first -> new ArrayList<>()).add(sample);
      } else if (sample.name().endsWith("_count")) {
        counts.put(labels, sample.value());
      }
    }
    require(buckets.keySet().equals(counts.keySet()), family.name() + " (expected: counts of all)");
    buckets.forEach((labels, of) -> checkBuckets(of, counts.getOrDefault(labels, -1.0)));
  }

  private static void checkBuckets(List<Sample> buckets, double count) {
    double bound = Double.NEGATIVE_INFINITY;
    double before = 0;
    for (Sample bucket : buckets) {
      double next = value(bucket.labels().getOrDefault("le", ""));
      require(next > bound && bucket.value() >= before, bucket + " (expected: cumulative)");
      bound = next;
      before = bucket.value();
    }
    require(bound == Double.POSITIVE_INFINITY, buckets + " (expected: +Inf last)");
    require(before == count, buckets + " (expected: the count, " + count + ", in +Inf)");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** All families by name. */
  public Map<String, Family> families() {
    return families;
  }

  /**
   * The sum of all samples of this name that have these labels; 0 if there are none.
   *
   * @param labels names and values in turn
   */
  public double sum(String sample, String... labels) {
    Map<String, String> wanted = new TreeMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      wanted.put(labels[i], labels[i + 1]);
    }
    return families.values().stream()
        .flatMap(family -> family.samples().stream())
        .filter(each -> each.name().equals(sample))
        .filter(each -> each.labels().entrySet().containsAll(wanted.entrySet()))
        .mapToDouble(Sample::value)
        .sum();
  }

  /** Every value of every label. */
  public Set<String> labelValues() {
    Set<String> values = new HashSet<>();
    families
        .values()
        .forEach(family -> family.samples().forEach(each -> values.addAll(each.labels().values())));
    return values;
  }

  /** How many lines have a value and a name that begins with this. */
  public long size(String prefix) {
    return series.stream().filter(each -> each.startsWith(prefix)).count();
  }
}
