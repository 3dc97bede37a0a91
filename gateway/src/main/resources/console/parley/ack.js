import { randomId } from './ids.js';

const RETRY_MS = 1000;
/** Later acks than these were sent after it, so it has arrived. All at once would be a flood. */
const MAX_AGAIN = 64;

/**
 * The highest `ack` of one thread: what the person has seen. It has no answer, so one that may have
 * been lost with a connection is sent again on the next.
 */
export class Ack {
  #client;
  #threadId;
  #seq = 0;
  #id = null;
  /** Its place among all acks that were sent; 0 if it was not. */
  #place = 0;

  constructor(client, threadId) {
    this.#client = client;
    this.#threadId = threadId;
  }

  /** Sends the ack, unless one of this seq or a higher one was given. */
  give(seq) {
    if (!(seq > this.#seq)) return;
    this.#seq = seq;
    this.#send();
  }

  /** The thread has begun again: its seqs mean something else. */
  forget() {
    this.#seq = 0;
    this.#id = null;
  }

  /** There is a new connection. @param {number} last the place of the last ack before it */
  opened(last) {
    if (!this.#place || last - this.#place < MAX_AGAIN) this.#send();
  }

  /** Whether this is the answer to the newest ack, and the ack is sent again later. */
  refused(id, { code, retry_after_ms: waitMs = RETRY_MS }) {
    if (!this.isNewest(id) || (code !== 'overloaded' && code !== 'draining')) return false;
    setTimeout(() => this.isNewest(id) && this.#send(), waitMs);
    return true;
  }

  isNewest(id) {
    return this.#id !== null && id === this.#id;
  }

  #send() {
    if (!this.#seq) return;
    this.#id = randomId();
    this.#place = this.#client.acknowledge({ type: 'ack', id: this.#id, thread_id: this.#threadId,
      payload: { seq: this.#seq } });
  }
}
