/** Tells of silence: browser code sees no ping, and a half-open socket says nothing at all. */
export class Silence {
  #timer;
  #withinMs;
  #onSilence;

  /** @param {number} withinMs @param {() => void} onSilence called once, unless heard in time */
  constructor(withinMs, onSilence) {
    this.#onSilence = onSilence;
    this.expectWithin(withinMs);
  }

  /** From now on silence may last so long. */
  expectWithin(withinMs) {
    this.#withinMs = withinMs;
    this.heard();
  }

  /** Something came. */
  heard() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onSilence, this.#withinMs);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

const OPEN_WITHIN_MS = 15_000;
/** Two heartbeats may be missing; half a beat more is the way they have come. */
const HEARTBEATS = 2.5;

export const openSilence = (onSilence) => new Silence(OPEN_WITHIN_MS, onSilence);
export const tolerated = (heartbeatMs) => HEARTBEATS * (heartbeatMs ?? 20_000);
