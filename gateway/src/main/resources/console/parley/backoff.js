/** How long to wait before the next try: full jitter (docs: protocol, "Coming back"). */
const FIRST_MS = 500;
const CAP_MS = 30_000;
/** A connection that lived as long as this proves that things are well again. */
const PROVEN_AFTER_MS = 10_000;

export class Backoff {
  #failures = 0;
  #openedAt = Infinity;

  opened() {
    this.#openedAt = Date.now();
  }

  /** @param {number} [atLeastMs] what the gateway asked for; it wins */
  nextWaitMs(atLeastMs) {
    if (Date.now() - this.#openedAt >= PROVEN_AFTER_MS) this.#failures = 0;
    this.#openedAt = Infinity;
    const most = Math.min(CAP_MS, FIRST_MS * 2 ** this.#failures++);
    return atLeastMs ?? Math.random() * most;
  }
}
