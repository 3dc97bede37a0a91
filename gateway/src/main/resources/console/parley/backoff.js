/** The time before the next try: full jitter (docs: protocol, "Coming back"). */
const FIRST_MS = 500;
const CAP_MS = 30_000;
/** The maximum wait that a gateway can ask for; timers overflow with larger numbers. */
const LONGEST_MS = 5 * 60_000;
/** A connection that stayed open this long resets the waiting time. */
const PROVEN_AFTER_MS = 10_000;

export class Backoff {
  #failures = 0;
  #openedAt = Infinity;

  opened() {
    this.#openedAt = performance.now();
  }

  /** @param {number} [askedMs] the wait that the gateway asked for; later tries may wait longer */
  nextWaitMs(askedMs) {
    if (performance.now() - this.#openedAt >= PROVEN_AFTER_MS) this.#failures = 0;
    this.#openedAt = Infinity;
    const isFirst = this.#failures === 0;
    const jitter = Math.random() * Math.min(CAP_MS, FIRST_MS * 2 ** this.#failures++);
    const asked = boundedMs(askedMs);
    if (asked === undefined) return jitter;
    return isFirst ? asked : Math.max(asked, jitter);
  }
}

/** A time that a gateway asks for; invalid ones are ignored. */
export function boundedMs(ms) {
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, LONGEST_MS) : undefined;
}
