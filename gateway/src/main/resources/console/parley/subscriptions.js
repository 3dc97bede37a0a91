import { Backoff } from './backoff.js';
import { ParleyError } from './errors.js';
import { randomId } from './ids.js';

/** How long a thread that was refused waits for the next try, if the gateway does not say. */
const REST_MS = 1_000;
/** Bytes of a frame besides its cursors. */
const ENVELOPE_BYTES = 200;

/**
 * The threads that this connection follows: the ones asked for first, up to the maximum. A thread
 * that is not followed gets the reason. It is followed when there is room, or after a pause.
 */
export class Subscriptions {
  #transmit;
  #tell;
  #rollup;
  #isOpen = false;
  #room = Infinity;
  #partBytes = Infinity;
  #wanted = new Map();
  #followed = new Set();
  /** The id of each command, and the threads that it asked for. */
  #requests = new Map();
  /** Refused threads that must wait: their timer, or null if they wait for a change. */
  #resting = new Map();
  #backoffs = new Map();

  /**
   * @param {(frame: object) => void} transmit @param {(error: ParleyError) => void} tell
   * @param {number} [rollupMs]
   */
  constructor(transmit, tell, rollupMs) {
    this.#transmit = transmit;
    this.#tell = tell;
    this.#rollup = rollupMs ? { rollup_ms: rollupMs } : {};
  }

  /** A connection begins. @param {number} [room] how many threads fit */
  opened(room, maxFrameBytes) {
    this.#isOpen = true;
    this.#partBytes = maxFrameBytes > 0 ? maxFrameBytes - ENVELOPE_BYTES : Infinity;
    this.resize(room);
  }

  closed() {
    this.#isOpen = false;
    for (const timer of this.#resting.values()) clearTimeout(timer);
    for (const each of [this.#resting, this.#backoffs, this.#followed, this.#requests]) each.clear();
    for (const thread of this.#wanted.values()) thread.disconnected();
  }

  resize(room) {
    this.#room = room > 0 ? room : Infinity;
    this.#fill();
  }

  follow(thread) {
    this.#wanted.set(thread.id, thread);
    this.#wake(thread.id);
    if (!this.#isOpen) return;
    if (this.#followed.has(thread.id) || this.#followed.size < this.#room) this.#request([thread]);
    else this.#refuse(thread, this.#full(thread.id));
  }

  /** Reads a thread that is followed already again, from its cursor. */
  askAgain(thread) {
    if (this.#isOpen && this.#followed.has(thread.id)) this.#request([thread]);
  }

  /** @param {boolean} isImplied a command made the gateway follow it, and nobody reads it */
  leave(id, isImplied = false) {
    this.#wanted.delete(id);
    this.#wake(id);
    const wasFollowed = this.#followed.delete(id);
    if (!this.#isOpen || !(wasFollowed || isImplied)) return;
    this.#transmit({ type: 'unsubscribe', id: randomId(), payload: { threads: [id] } });
    for (const thread of this.#wanted.values()) {
      if (thread.refusal?.code === 'quota_exceeded') this.#wake(thread.id);
    }
    this.#fill();
  }

  /** The gateway follows this thread now. */
  subscribed(commandId, id) {
    const asked = this.#requests.get(commandId);
    asked?.delete(id);
    if (asked?.size === 0) this.#requests.delete(commandId);
    if (!this.#wanted.has(id)) return;
    this.#followed.add(id);
    this.#wake(id);
    this.#backoffs.get(id)?.opened();
  }

  /** @returns {boolean} whether the command was one of these */
  rejected(commandId, id, error) {
    const asked = this.#requests.get(commandId);
    if (!asked) return false;
    const refused = id ? [id] : [...asked];
    for (const each of refused) asked.delete(each);
    if (!asked.size) this.#requests.delete(commandId);
    for (const each of refused) this.#followed.delete(each);
    if (refused.length > 1 && error.code === 'quota_exceeded') {
      const threads = refused.map((each) => this.#wanted.get(each)).filter(Boolean);
      const half = Math.ceil(threads.length / 2);
      this.#request(threads.slice(0, half));
      this.#request(threads.slice(half));
    } else for (const each of refused) this.refused(each, error);
    return true;
  }

  /**
   * @returns {boolean} whether anybody wants the thread
   * @param {boolean} [isLasting] whether a later try would fail too
   */
  refused(id, error, isLasting = false) {
    const thread = this.#wanted.get(id);
    this.#followed.delete(id);
    if (!thread) return false;
    const why = new ParleyError({ ...error, thread_id: id });
    this.#rest(id, why, isLasting);
    this.#refuse(thread, why);
    return true;
  }

  #refuse(thread, why) {
    const isKnown = thread.refusal?.code === why.code;
    thread.refused(why);
    if (thread.isRead && !isKnown) this.#tell(why);
  }

  #rest(id, why, isLasting) {
    this.#wake(id);
    if (isLasting || !why.retryable) return void this.#resting.set(id, null);
    if (!this.#backoffs.has(id)) this.#backoffs.set(id, new Backoff());
    const waitMs = this.#backoffs.get(id).nextWaitMs(why.retryAfterMs ?? REST_MS);
    this.#resting.set(id, setTimeout(() => {
      this.#resting.delete(id);
      this.#fill();
    }, waitMs));
  }

  #wake(id) {
    clearTimeout(this.#resting.get(id));
    this.#resting.delete(id);
  }

  /** Follows the threads that are not followed, in the order of the requests, while there is room. */
  #fill() {
    if (!this.#isOpen) return;
    const waiting = [...this.#wanted.values()]
      .filter(({ id }) => !this.#followed.has(id) && !this.#resting.has(id));
    const free = Math.max(0, this.#room - this.#followed.size);
    this.#request(waiting.slice(0, free));
    if (!this.#isOpen) return;
    for (const thread of waiting.slice(free)) this.#refuse(thread, this.#full(thread.id));
  }

  #full(thread_id) {
    const message = `Too many threads are followed (expected: up to ${this.#room} at a time).`;
    return new ParleyError({ code: 'quota_exceeded', message, thread_id });
  }

  #request(threads) {
    for (const part of this.#parts(threads)) {
      if (!this.#isOpen) return;
      const id = randomId();
      this.#requests.set(id, new Set(part.map(({ thread_id }) => thread_id)));
      for (const { thread_id } of part) this.#followed.add(thread_id);
      this.#transmit({ type: 'subscribe', id, payload: { threads: part, ...this.#rollup } });
    }
  }

  /** Splits the threads, so that no frame is larger than the gateway's maximum. */
  #parts(threads) {
    const parts = [];
    let bytes = 0;
    for (const thread of threads) {
      const cursor = thread.cursor();
      const size = JSON.stringify(cursor).length + 1;
      if (!parts.length || bytes + size > this.#partBytes) {
        parts.push([]);
        bytes = 0;
      }
      parts.at(-1).push(cursor);
      bytes += size;
    }
    return parts;
  }
}
