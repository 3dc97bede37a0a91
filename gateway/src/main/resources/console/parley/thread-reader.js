import { ParleyError, callSafely, closedError } from './errors.js';
import { emptyView, fold, seqBefore } from './fold.js';
import { Reading } from './reading.js';

/** So often the same hole may be asked for before the connection is given up. */
const MAX_REPEATS = 3;
const BEGINNING = { epoch: null, seq: 0 };
const NOTHING = { seq: 0 };

/**
 * Reads one thread: for its handlers as a view that one fold keeps, for loops as events. Every event
 * is shown once, and in order, whatever a connection does.
 */
export class ThreadReader {
  view = emptyView;
  /** Why it is not followed though it is wanted. */
  refusal = null;
  #client;
  #left;
  #handlers = new Set();
  #readings = new Set();
  /** Those who want to know whether a run is open. */
  #asking = new Set();
  /** Since when it is wanted: 'start', 'now', or null. */
  #from = null;
  /** The view began in the middle. */
  #isPartial = false;
  #wasHandled = false;
  /** The loop that got furthest of those that ended: the next one goes on there. */
  #lastReading = null;
  /** All that was there has come on this connection. */
  #isLive = false;
  #isRequested = false;
  #requested = { seq: -1, times: 0 };
  #unanswered = 0;
  /** What was accepted last, as far as it is to be seen here. */
  #accepted = NOTHING;

  /** @param {() => void} left called when nothing that was said here is being answered any more */
  constructor(id, client, left) {
    this.id = id;
    this.#client = client;
    this.#left = left;
  }

  /** Somebody waits for what happens here. */
  get isRead() {
    return this.#handlers.size + this.#readings.size + this.#asking.size > 0;
  }

  /** The view shows whether a run is open now. */
  get isUpToDate() {
    return this.#isLive && this.#from === 'start';
  }

  subscribe(handler, from) {
    // Of its own, so that a function may be given twice
    const own = (view, frame) => handler(view, frame);
    this.#handlers.add(own);
    this.#wasHandled = true;
    this.follow(from);
    callSafely(own, this.view);
    return () => {
      if (this.#handlers.delete(own)) this.#leaveUnlessRead();
    };
  }

  /** The first loop reads from the oldest event on, unless a handler did; a later one goes on. */
  beginReading() {
    this.#forgetPartial();
    const { epoch, seq } = this.view;
    const reading = this.#lastReading
      ?? new Reading(this.#wasHandled ? { epoch, seq } : { ...BEGINNING, epoch });
    this.#lastReading = null;
    reading.begin();
    this.#readings.add(reading);
    const { cursor } = reading;
    if (this.#from !== 'start') this.follow('start');
    else if (cursor.epoch !== epoch || cursor.seq < seq) this.#request();
    return reading;
  }

  endReading(reading) {
    this.#readings.delete(reading);
    if (!this.#lastReading?.isAheadOf(reading)) this.#lastReading = reading;
    this.#leaveUnlessRead();
  }

  /** A view that began in the middle would miss what came before. */
  follow(from) {
    if (this.#from === 'start' || this.#from === from) return;
    if (from === 'start') this.#forgetPartial();
    else if (this.view.epoch === null) this.#isPartial = true;
    this.#from = from;
    this.#client.follow(this);
  }

  /** A command is on its way, after which the gateway follows the thread, wanted or not. */
  said() {
    this.#unanswered++;
  }

  answered({ seq, run_id, deleted } = {}) {
    this.#unanswered--;
    const isHere = seq > 0 && !deleted;
    if (isHere && seq > this.#accepted.seq) this.#accepted = { seq, run_id };
    if (this.#from) this.#leaveIfIdle();
    else if (isHere && !this.#unanswered) this.#leave(true);
  }

  /** The id of the run that is open, or null: once that is known. */
  async openRun() {
    const { state } = this.#client;
    if (state.name === 'closed') throw new ParleyError(closedError(state.code));
    let asking;
    const found = new Promise((resolve, reject) => { asking = { resolve, reject }; });
    this.#asking.add(asking);
    try {
      this.follow('start');
      if (this.refusal) throw this.refusal;
      return await found;
    } finally {
      this.#asking.delete(asking);
      this.#leaveIfIdle();
    }
  }

  /** Where a connection is to read on from. */
  cursor() {
    const { epoch, seq } = this.#furthestBehind();
    if (this.#from === 'now' && epoch === null) return { thread_id: this.id };
    return { thread_id: this.id, after: epoch === null ? 0 : seq, ...(epoch && { epoch }) };
  }

  receive(frame) {
    if (!this.#from) return;
    if (frame.type === 'subscribed') return this.#subscribed(frame);
    if (frame.type === 'gap') this.#began();
    this.expect((frame.seq_from ?? frame.seq ?? 0) - 1);
    this.#show(frame);
    if (frame.type === 'caught_up') this.#caughtUp();
    this.#leaveIfIdle();
  }

  /** Everything up to this seq was sent by now; what is missing is asked for again. */
  expect(seq) {
    if (!this.#from || this.#isRequested || this.view.epoch === null) return;
    const { seq: held } = this.#furthestBehind();
    if (!(seq > held)) return;
    const times = this.#requested.seq === held ? this.#requested.times + 1 : 1;
    this.#requested = { seq: held, times };
    if (times > MAX_REPEATS) return this.#client.distrust();
    this.#request();
  }

  /** It is wanted, but not followed. */
  refused(error) {
    this.refusal = error;
    this.#isLive = false;
    this.#isRequested = true;
    for (const { reject } of this.#asking) reject(error);
    if (!this.view.caughtUp) return;
    this.view = { ...this.view, caughtUp: false };
    for (const handler of this.#handlers) callSafely(handler, this.view);
  }

  /** The next connection begins with the cursor. */
  disconnected() {
    this.#began();
    this.#requested = { seq: -1, times: 0 };
  }

  /** The gateway says that this run was open when the connection began. */
  runIsOpen(runId) {
    for (const { resolve } of this.#asking) resolve(runId);
  }

  clientClosed(error) {
    for (const { reject } of this.#asking) reject(error);
  }

  #subscribed(frame) {
    const { epoch, after, oldest } = Object(frame.payload);
    this.#began();
    const isKnown = this.view.seq > 0 && this.view.epoch === epoch;
    if (this.#from === 'now' || isKnown) this.#show(frame);
    else {
      // Another life, and not offered from its beginning: no gap is going to tell
      const isUntold = this.view.seq > 0 && after > seqBefore(oldest);
      const gap = { reason: 'epoch_changed', epoch, oldest };
      if (isUntold) this.#show({ type: 'gap', thread_id: this.id, payload: gap });
      this.#show({ ...frame, payload: { ...frame.payload, after: 0 } });
    }
    this.expect(after);
  }

  #began() {
    this.refusal = null;
    this.#isLive = false;
    this.#isRequested = false;
  }

  #caughtUp() {
    this.#isLive = true;
    const { run } = this.view;
    for (const { resolve } of this.#asking) resolve(run?.state === 'open' ? run.run_id : null);
  }

  #show(frame) {
    const before = this.view;
    if (frame.type === 'gap') this.#accepted = NOTHING;
    this.view = fold(before, frame);
    for (const reading of this.#readings) {
      // An event does not say of which life it is
      if (!frame.seq || reading.cursor.epoch === this.view.epoch) reading.take(frame);
    }
    if (this.view === before) return;
    for (const handler of this.#handlers) callSafely(handler, this.view, frame);
  }

  /** One of another life comes first: the gateway answers it with a gap, for all. */
  #furthestBehind() {
    let held = this.view;
    for (const { cursor } of this.#readings) {
      const isOther = cursor.seq > 0 && cursor.epoch !== this.view.epoch;
      if (isOther && this.view.epoch !== null) return cursor;
      if (!isOther && cursor.seq < held.seq) held = cursor;
    }
    return held;
  }

  #request() {
    this.#isRequested = true;
    this.#client.askAgain(this);
  }

  #forgetPartial() {
    if (!this.#isPartial) return;
    this.#isPartial = false;
    this.view = emptyView;
    this.#from = null;
  }

  #leaveUnlessRead() {
    if (!this.isRead && this.#from) this.#leave();
  }

  /** Nobody reads it: followed only until what was said here is answered. */
  #leaveIfIdle() {
    if (this.isRead || !this.#from || this.#unanswered || !this.#isLive) return;
    const { seq, run, runs, messages } = this.view;
    const { seq: acceptedSeq, run_id: begun } = this.#accepted;
    const isBusy = seq < acceptedSeq || run?.state === 'open'
      || (begun && !runs.some(({ run_id }) => run_id === begun))
      || messages.some(({ state }) => state === 'queued');
    if (!isBusy) this.#leave();
  }

  #leave(isImplied = false) {
    this.#from = null;
    this.#began();
    if (!this.#unanswered) this.#left();
    this.#client.leave(this.id, isImplied);
  }
}
