import { ParleyError, closedError } from './errors.js';
import { follows, seqBefore } from './fold.js';

/** The maximum that a slow `for await` may leave unread. */
const MAX_UNREAD = 10_000;

/**
 * One `for await` over a thread: each event once and in order. It has a cursor of its own, because
 * the view may have read more. A cursor is `{epoch, seq}`.
 */
export class Reading {
  /** Everything up to here has arrived. */
  cursor;
  /** Everything up to here was given to the loop. */
  #shown;
  #unread = [];
  #isAtGap = false;
  #end = null;
  #wake = () => {};

  constructor(cursor) {
    this.cursor = cursor;
    this.#shown = cursor;
  }

  /** A loop begins, or goes on where another one stopped; events that were dropped are read again. */
  begin() {
    this.#end = null;
    if (!this.isFull) return;
    this.#unread = [];
    this.cursor = this.#shown;
  }

  isAheadOf(other) {
    return this.#shown.epoch === other.#shown.epoch && this.#shown.seq > other.#shown.seq;
  }

  /** Too much is unread: the loop ends with an error and takes no more events. */
  get isFull() {
    return this.#unread.length >= MAX_UNREAD;
  }

  take(frame) {
    if (this.isFull) return;
    if (frame.type === 'gap') this.#beginAt(frame);
    else if (frame.type === 'subscribed') this.#subscribed(frame);
    else if (follows(this.cursor, frame)) this.#add(frame, { ...this.cursor, seq: frame.seq });
  }

  /** The client is closed: the loop still gets the unread events. */
  clientClosed(code) {
    this.#end = code === 1000 ? {} : { error: new ParleyError(closedError(code)) };
    this.#wake();
  }

  /** @param {AbortSignal} left fires when the loop is left, also while it waits */
  async *events(left) {
    left.addEventListener('abort', () => this.#wake());
    while (!left.aborted) {
      if (this.isFull) throw new ParleyError({ code: 'overloaded', message: 'Read too slowly.' });
      if (this.#unread.length) {
        const { frame, cursor } = this.#unread.shift();
        this.#shown = cursor;
        yield frame;
      } else if (this.#end) {
        if (this.#end.error) throw this.#end.error;
        return;
      } else {
        await new Promise((resolve) => { this.#wake = resolve; });
      }
    }
  }

  /** A reading at seq 0 takes the epoch; a later one with another epoch gets a gap. */
  #subscribed({ thread_id, payload }) {
    const { epoch, oldest } = Object(payload);
    if (typeof epoch !== 'string') return;
    const { epoch: mine, seq } = this.cursor;
    if (seq === 0) this.cursor = { epoch, seq: seqBefore(oldest) };
    else if (mine !== epoch) {
      this.#beginAt({ type: 'gap', thread_id, payload: { reason: 'epoch_changed', epoch, oldest } });
    }
  }

  #beginAt(gap) {
    const { epoch, oldest } = Object(gap.payload);
    if (this.#isAtGap && this.cursor.epoch === epoch) return;
    this.#add(gap, { epoch, seq: seqBefore(oldest) });
    this.#isAtGap = true;
  }

  #add(frame, cursor) {
    this.cursor = cursor;
    this.#isAtGap = false;
    this.#unread.push({ frame, cursor });
    this.#wake();
  }
}
