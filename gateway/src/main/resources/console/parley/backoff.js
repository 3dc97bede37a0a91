/** How long to wait before the next try: full jitter (docs: protocol, "Coming back"). */
const FIRST_MS = 500;
const CAP_MS = 30_000;
/** Longer than this no gateway makes anybody wait; timers take no number that is out of all bounds. */
const LONGEST_MS = 5 * 60_000;
/** A connection that lived as long as this proves that things are well again. */
const PROVEN_AFTER_MS = 10_000;

export class Backoff {
  #failures = 0;
  #openedAt = Infinity;

  opened() {
    this.#openedAt = performance.now();
  }

  /** @param {number} [askedMs] what the gateway asked for; it wins, unless it asks again and again */
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

/** A time that a gateway asks for, as far as it makes sense. */
export function boundedMs(ms) {
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, LONGEST_MS) : undefined;
}
