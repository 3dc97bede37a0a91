import { boundedMs } from './backoff.js';

/** Detects silence: browser code sees no ping, and a half-open socket reports nothing. */
export class Silence {
  #timer;
  #withinMs;
  #onSilence;

  /** @param {number} withinMs @param {() => void} onSilence called once, if nothing arrives in time */
  constructor(withinMs, onSilence) {
    this.#onSilence = onSilence;
    this.expectWithin(withinMs);
  }

  /** Sets how long a silence may last from now on. */
  expectWithin(withinMs) {
    this.#withinMs = withinMs;
    this.heard();
  }

  /** Something arrived. */
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
/** Two heartbeats may be missing; half an interval more is for the delay of the network. */
const HEARTBEATS = 2.5;

export const openSilence = (onSilence) => new Silence(OPEN_WITHIN_MS, onSilence);

/** The maximum silence of a live connection; an invalid interval is ignored. */
export const tolerated = (heartbeatMs) =>
  HEARTBEATS * Math.max(SHORTEST_HEARTBEAT_MS, boundedMs(heartbeatMs) ?? HEARTBEAT_MS);
