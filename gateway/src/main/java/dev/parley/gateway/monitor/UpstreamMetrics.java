package dev.parley.gateway.monitor;

import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * The figures of the services of agents and tools. A service is named by the settings: an agent, or
 * {@code tools.} and the name of a tool. Callable from any thread.
 */
public final class UpstreamMetrics {

  private static final String SERVICE = "service";

  private final CounterFamily attempts;
  private final CounterFamily failures;
  private final BiConsumer<String, LongSupplier> open;
  private final BiConsumer<String, LongSupplier> places;
  private final BiConsumer<String, LongSupplier> taken;
  private final BiConsumer<String, LongSupplier> waiting;

  UpstreamMetrics(Meters meters) {
    attempts =
        meters.counters(
            "parley_upstream_requests_total",
            "Requests to the service of an agent or a tool, with those that were made again.",
            SERVICE);
    failures =
        meters.counters(
            "parley_upstream_failures_total",
            "Requests to the service of an agent or a tool that failed for good, by error code; "
                + "a tool that answers with an error status has not failed.",
            SERVICE,
            "code");
    open =
        meters.gauges(
            "parley_upstream_circuit_open",
            "1 while requests to a service that failed often are held back, else 0.",
            SERVICE);
    places = meters.gauges("parley_upstream_places", "Runs that a service may have.", SERVICE);
    taken = meters.gauges("parley_upstream_places_taken", "Runs that a service has now.", SERVICE);
    waiting = meters.gauges("parley_upstream_waiting", "Calls that wait for a place now.", SERVICE);
  }

  /** Shows the circuit breaker and the places of an agent's service; called once for each. */
  public void add(
      String service,
      LongSupplier isOpen,
      LongSupplier maxPlaces,
      LongSupplier placesTaken,
      LongSupplier callsWaiting) {
    open.accept(service, isOpen);
    places.accept(service, maxPlaces);
    taken.accept(service, placesTaken);
    waiting.accept(service, callsWaiting);
  }

  /** A request begins. */
  public void requested(String service) {
    attempts.increment(service);
  }

  /** A request failed for good with this error code. */
  public void failed(String service, String code) {
    failures.increment(service, code);
  }
}
