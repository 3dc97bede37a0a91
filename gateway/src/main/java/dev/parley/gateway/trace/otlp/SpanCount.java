package dev.parley.gateway.trace.otlp;

/** Told what became of spans. Called on any thread; blocks none. */
@FunctionalInterface
public interface SpanCount {

  /** What became of spans that have ended. */
  enum Outcome {
    /** The receiver has taken them. */
    SENT,

    /** The receiver could not be reached, or did not take them. */
    FAILED,

    /** Too many waited for the receiver. */
    DROPPED
  }

  void add(Outcome outcome, int spans);
}
