package dev.parley.gateway.monitor;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** The figures of tokens that public keys verify. Callable from any thread. */
public final class VerificationMetrics {

  private final CounterFamily outcomes;
  private final Latency latency;
  private final CounterFamily fetches;
  private final BiConsumer<String, LongSupplier> keys;

  VerificationMetrics(Meters meters) {
    outcomes =
        meters.counters(
            "parley_token_verifications_total",
            "Tokens of issuers with public keys, by outcome: valid, invalid, cached (verified"
                + " before), overloaded (refused with 503, because too many waited).",
            "outcome");
    LatencyFamily seconds =
        new LatencyFamily(
            new MetricFamily(
                "parley_token_verification_seconds",
                MetricFamily.Kind.HISTOGRAM,
                List.of(),
                "From a token of a public key that is not cached to its outcome, with the time in"
                    + " the queue."));
    meters.latencies(List.of(seconds));
    latency = seconds.of();
    fetches =
        meters.counters(
            "parley_jwks_fetches_total",
            "Fetches of the key set of an issuer (auth.jwt or issuers.<name>), by outcome: fetched,"
                + " failed.",
            "issuer",
            "outcome");
    keys =
        meters.gauges(
            "parley_jwks_keys",
            "Keys of the key set of an issuer that count now; 0 while there are none: its tokens"
                + " get 503.",
            "issuer");
  }

  /** A token was verified. */
  public void valid() {
    outcomes.increment("valid");
  }

  /** A token was refused, for any reason but an overload. */
  public void invalid() {
    outcomes.increment("invalid");
  }

  /** A token was verified before. */
  public void cached() {
    outcomes.increment("cached");
  }

  /** A token was refused because too many waited. */
  public void overloaded() {
    outcomes.increment("overloaded");
  }

  /** Shows how many keys an issuer has; called once for each. */
  public void jwks(String issuer, LongSupplier count) {
    keys.accept(issuer, count);
  }

  /** A fetch of the key set of an issuer ended. */
  public void jwksFetched(String issuer, boolean isFetched) {
    fetches.increment(issuer, isFetched ? "fetched" : "failed");
  }

  /** The time from the arrival of a token to its outcome. */
  public Latency latency() {
    return latency;
  }
}
