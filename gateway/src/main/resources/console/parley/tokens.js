import { OPEN_WITHIN_MS } from './silence.js';

/** The tokens of the user: one is asked for before every connection, and a newer one meanwhile. */
export class Tokens {
  /** What the next call carries. */
  current;
  #given;
  #refused;
  #isAsking = false;
  #asked;
  #ended = null;
  #waiting = [];

  /** @param {string | Function} given a token, or who to ask for one */
  constructor(given) {
    this.#given = given;
  }

  /** For a new connection: a promise where somebody is asked. */
  next() {
    this.#ended = null;
    if (typeof this.#given !== 'function') return this.#given;
    this.#isAsking = true;
    return this.#ask();
  }

  /** In place of the current one, which is about to expire; nothing where nobody can be asked. */
  async newer() {
    return typeof this.#given === 'function' ? this.#ask({ isExpiring: true }) : null;
  }

  /** One at a time: who gives tokens out may take each request for one as the end of the last. */
  #ask(why) {
    if (this.#asked) return this.#asked.found;
    const asked = inTime(this.#given(why));
    this.#asked = asked;
    asked.found = asked.found.finally(() => {
      if (this.#asked === asked) this.#asked = undefined;
    });
    return asked.found;
  }

  /** @returns {boolean} whether it is one, and was not refused before */
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

  /** Nothing was found this time; the one before may still be good. */
  notFound() {
    if (this.current !== undefined) this.take(this.current);
  }

  /** No more is asked for: those who wait for a first one get none. */
  end(error) {
    this.#asked?.stop();
    this.#asked = undefined;
    this.#isAsking = false;
    this.#ended = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** For a call: the current one, once nobody is asked for another. */
  async ready() {
    if (this.current !== undefined && !this.#isAsking) return this.current;
    if (this.#ended) throw this.#ended;
    return new Promise((resolve, reject) => { this.#waiting.push({ resolve, reject }); });
  }
}

/**
 * What a caller's promise becomes, or an error where it stays silent, or nothing after `stop()`.
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
