import { ParleyError, closedError } from './errors.js';
import { endOfText, follows, seqBefore } from './fold.js';

/** The maximum that a slow `for await` may leave unread. */
const MAX_UNREAD = 10_000;
/** The text of a delta. */
const TEXTS = { agent_message: 'delta', agent_thinking: 'text' };

/**
 * One `for await` over a thread: each event once and in order. It has a cursor of its own, because
 * the view may have read more. A cursor is `{epoch, seq, end}`: after a delta, `end` is the offset
 * after its text.
 */
export class Reading {
  /** Everything up to here has arrived. */
  cursor;
  /** Everything up to here was given to the loop. */
  #shown;
  /** Where the loop began. */
  #view;
  #unread = [];
  #isAtGap = false;
  #end = null;
  #wake = () => {};

  /** @param {import('../parley.js').View} view the loop gets what comes after it */
  constructor(view) {
    this.cursor = { epoch: view.epoch, seq: view.seq };
    this.#shown = this.cursor;
    this.#view = view;
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
    else if (follows(this.cursor, frame)) {
      const { epoch } = this.cursor;
      this.#add(this.#unseen(frame), { epoch, seq: frame.seq, end: endOf(frame) });
    }
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

  /** When another loop reads again, a merged frame may begin before the cursor of this one. */
  #unseen(frame) {
    const { seq, seq_from, payload, ...more } = frame;
    const from = this.cursor.seq + 1;
    if (!(seq_from < from) || endOf(frame) === undefined) return frame;
    const end = this.cursor.end ?? endOfText(this.#view, frame);
    if (!(end > payload.offset)) return frame;
    const name = TEXTS[frame.type];
    const text = payload[name].slice(end - payload.offset);
    return { ...more, seq, ...(from < seq && { seq_from: from }),
      payload: { ...payload, offset: end, [name]: text } };
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

function endOf({ type, payload }) {
  const { offset, [TEXTS[type]]: text } = Object(payload);
  return Number.isSafeInteger(offset) && typeof text === 'string' ? offset + text.length : undefined;
}
