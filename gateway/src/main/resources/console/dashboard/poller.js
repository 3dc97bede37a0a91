/**
 * Repeats a round of requests: the next begins some time after the one before has ended, so there is
 * never more than one. Rounds that fail are tried again with growing pauses.
 */
const EVERY_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

export class Poller {
  #round;
  #changed;
  #platform;
  #timer = null;
  #isRunning = false;
  #isWanted = false;
  #failures = 0;
  #dueAt = 0;

  /**
   * @param {() => Promise<void>} round rejects when the gateway does not answer
   * @param {(poller: Poller) => void} changed called when it waits, pauses or goes on
   * @param platform the timers and the clock, which tests replace
   */
  constructor(round, changed = () => {}, platform = {
    now: () => Date.now(), setTimeout: (...call) => setTimeout(...call), clearTimeout: (id) => clearTimeout(id),
  }) {
    this.#round = round;
    this.#changed = changed;
    this.#platform = platform;
  }

  /** How many rounds have failed, one after the other. */
  get failures() {
    return this.#failures;
  }

  get isPaused() {
    return !this.#isWanted;
  }

  /** How long the next round is away. */
  get waitMs() {
    return Math.max(0, this.#dueAt - this.#platform.now());
  }

  /** Begins with a round at once, or goes on after a pause. */
  start() {
    this.#isWanted = true;
    this.now();
  }

  /** Begins no more rounds, as while nobody sees the page. */
  pause() {
    this.#isWanted = false;
    this.#platform.clearTimeout(this.#timer);
    this.#changed(this);
  }

  /** Begins the next round at once, unless one is under way. */
  async now() {
    this.#platform.clearTimeout(this.#timer);
    if (this.#isRunning || !this.#isWanted) return;
    this.#isRunning = true;
    try {
      await this.#round();
      this.#failures = 0;
    } catch {
      this.#failures++;
    }
    this.#isRunning = false;
    if (this.#isWanted) this.#wait();
    this.#changed(this);
  }

  #wait() {
    const pause = Math.min(LONGEST_PAUSE_MS, EVERY_MS * 2 ** this.#failures);
    this.#dueAt = this.#platform.now() + pause;
    this.#timer = this.#platform.setTimeout(() => this.now(), pause);
  }
}
