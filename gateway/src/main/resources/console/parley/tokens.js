import { OPEN_WITHIN_MS } from './silence.js';

/** The tokens of the user. The caller's function is called before each connection and on expiry. */
export class Tokens {
  /** The token of the next call. */
  current;
  #given;
  #refused;
  #isAsking = false;
  #asked;
  #ended = null;
  #waiting = [];

  /** @param {string | Function} given a token, or a function that returns one */
  constructor(given) {
    this.#given = given;
  }

  /** The token for a new connection; a promise if the caller gave a function. */
  next() {
    this.#ended = null;
    if (typeof this.#given !== 'function') return this.#given;
    this.#isAsking = true;
    return this.#ask();
  }

  /** A token to replace the expiring one, or null if the caller gave a fixed token. */
  async newer() {
    return typeof this.#given === 'function' ? this.#ask({ isExpiring: true }) : null;
  }

  /** One call at a time: a token service may revoke the last token on each request. */
  #ask(why) {
    if (this.#asked) return this.#asked.found;
    const asked = inTime(this.#given(why));
    this.#asked = asked;
    asked.found = asked.found.finally(() => {
      if (this.#asked === asked) this.#asked = undefined;
    });
    return asked.found;
  }

  /** @returns {boolean} whether it is a token that was not refused before */
  take(found) {
    this.#isAsking = false;
    if (!found || found === this.#refused) return false;
    this.current = found;
    for (const { resolve } of this.#waiting.splice(0)) resolve(found);
    return true;
  }

  refuse(token) {
    this.#refused = token;
  }

  forgetRefused() {
    this.#refused = undefined;
  }

  /** No token was found this time. The last one may still be valid. */
  notFound() {
    if (this.current !== undefined) this.take(this.current);
  }

  /** Stops. Calls that wait for a token are rejected. */
  end(error) {
    this.#asked?.stop();
    this.#asked = undefined;
    this.#isAsking = false;
    this.#ended = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** The current token, after any open request for a newer one. */
  async ready() {
    if (this.current !== undefined && !this.#isAsking) return this.current;
    if (this.#ended) throw this.#ended;
    return new Promise((resolve, reject) => { this.#waiting.push({ resolve, reject }); });
  }
}

/**
 * The result of the caller's promise, an error if it takes too long, or null after `stop()`.
 *
 * @returns {{found: Promise<string | null>, stop: () => void}}
 */
function inTime(promise) {
  let timer;
  let stop;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('nothing came in time')), OPEN_WITHIN_MS);
    stop = () => {
      clearTimeout(timer);
      resolve(null);
    };
  });
  return { found: Promise.race([promise, late]).finally(() => clearTimeout(timer)), stop };
}
