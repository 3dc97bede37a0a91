package dev.parley.gateway.trace;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.HeaderLine;
import dev.parley.gateway.config.MappingForm;
import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Secrets;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether and where traces are sent.
 *
 * @param url base address of the receiver; absent if there are no traces
 * @param headers added to every request to it
 * @param sample the share of the traces that begin here, 0 to 1
 * @param service the name of this gateway in traces
 */
public record TraceConfig(
    Optional<URI> url, List<HeaderLine> headers, double sample, String service) {

  /** The receiver may have a key in its path, so that it is not shown. */
  private static final Parser<URI> BASE =
      new Parser<>(
          "an http:// or https:// URL without user, query and fragment",
          true,
          MappingForm.NONE,
          text -> Parsers.httpUrl().parse(text).filter(url -> url.getRawQuery() == null));

  private static final Setting<Optional<URI>> URL =
      Setting.optional(
          "trace.url",
          BASE,
          "Base address of an OTLP receiver over HTTP, which gets traces of runs at /v1/traces;"
              + " never shown. Without it there are none.");
  private static final Setting<List<HeaderLine>> HEADERS =
      new Setting<>(
          "trace.headers",
          "",
          List.of(),
          HeaderLine.LIST,
          "Headers of every request to the receiver: a list of Name: value, or a mapping in the"
              + " file; never shown.");
  private static final Setting<List<HeaderLine>> HEADERS_FILE =
      new Setting<>(
          "trace.headers_file",
          "",
          List.of(),
          Secrets.file(HeaderLine.LIST),
          "File with more headers, one Name: value in each line.");
  private static final Pattern NAME = Pattern.compile("[!-~]([ -~]{0,62}[!-~])?");

  public TraceConfig {
    requireNonNull(url, "url");
    headers = List.copyOf(headers);
    requireNonNull(service, "service");
  }

  public static TraceConfig read(Settings settings) {
    TraceConfig config =
        new TraceConfig(
            settings.get(URL),
            headers(settings),
            settings
                .get(
                    "trace.sample",
                    "1",
                    Parsers.decimal("0", "1"),
                    "Share of the traces that begin here and are sent. A traceparent that a client"
                        + " or a caller gives says for itself whether its trace is.")
                .doubleValue(),
            settings.get(
                "trace.service_name",
                "parley",
                Parsers.matching(NAME, "1 to 64 printable ASCII characters"),
                "Name of this gateway in traces (service.name)."));
    for (Setting<?> each : List.of(HEADERS, HEADERS_FILE)) {
      if (settings.isSet(each) && !settings.isSet(URL)) {
        settings.refuse(each, "trace.url beside it");
      }
    }
    return config;
  }

  private static List<HeaderLine> headers(Settings settings) {
    List<HeaderLine> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Setting<List<HeaderLine>> each : List.of(HEADERS, HEADERS_FILE)) {
      all.addAll(HeaderLine.allowed(settings.get(each), names, each, settings));
    }
    return all;
  }

  /** Refuses a header that is the key of something else. */
  public void refuseSecret(Secret other, Settings settings) {
    for (Setting<List<HeaderLine>> each : List.of(HEADERS, HEADERS_FILE)) {
      if (settings.get(each).stream().anyMatch(header -> header.value().equals(other))) {
        settings.refuse(each, "a secret of its own, not that of auth.jwt");
      }
    }
  }
}
