import { boundedMs } from './backoff.js';

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

export const OPEN_WITHIN_MS = 15_000;
const HEARTBEAT_MS = 20_000;
const SHORTEST_HEARTBEAT_MS = 100;
/** Two heartbeats may be missing; half a beat more is the way they have come. */
const HEARTBEATS = 2.5;

export const openSilence = (onSilence) => new Silence(OPEN_WITHIN_MS, onSilence);

/** How long silence is no sign of death; a time that makes no sense is not taken. */
export const tolerated = (heartbeatMs) =>
  HEARTBEATS * Math.max(SHORTEST_HEARTBEAT_MS, boundedMs(heartbeatMs) ?? HEARTBEAT_MS);
