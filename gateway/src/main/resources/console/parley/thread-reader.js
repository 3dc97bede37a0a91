import { Ack } from './ack.js';
import { ParleyError, callSafely, closedError } from './errors.js';
import { emptyView, fold, seqBefore } from './fold.js';
import { Reading } from './reading.js';

/** A gap may be requested this many times. After that the connection is closed. */
const MAX_REPEATS = 3;
const NOTHING = { seq: 0 };
const ENDS = new Set(['agent_completed', 'agent_failed', 'agent_cancelled']);

/**
 * Reads one thread. Handlers get the view; `for await` loops get the events. Each event is delivered
 * once and in order, also across connections.
 */
export class ThreadReader {
  view = emptyView;
  /** Why the gateway refused the subscription, or null. */
  refusal = null;
  #client;
  #left;
  #handlers = new Set();
  #readings = new Set();
  /** Callers that wait for the id of the open run. */
  #asking = new Set();
  /** Where the subscription starts: 'start', 'now', or null without a subscription. */
  #from = null;
  /** The view does not start at the oldest event. */
  #isPartial = false;
  #wasHandled = false;
  /** Of the ended loops the one that read furthest. The next loop continues from it. */
  #lastReading = null;
  /** All stored events have arrived on this connection. */
  #isLive = false;
  #isRequested = false;
  #requested = { seq: -1, times: 0 };
  #unanswered = 0;
  /** The last accepted command whose event is expected here. */
  #accepted = NOTHING;
  #ack;
  /** The seq of the newest end of a run that a handler or a loop was given. */
  #shown = 0;

  /** @param {() => void} left called when the subscription ends and no command is unanswered */
  constructor(id, client, left) {
    this.id = id;
    this.#client = client;
    this.#left = left;
    this.#ack = new Ack(client, id);
  }

  /** Whether a handler, a loop or `openRun` needs the events. */
  get isRead() {
    return this.#handlers.size + this.#readings.size + this.#asking.size > 0;
  }

  /** Whether the view shows all events, so that its open run is the real one. */
  get isUpToDate() {
    return this.#isLive && this.#from === 'start';
  }

  subscribe(handler, from) {
    // A wrapper, so that the same function may subscribe twice
    const own = (view, frame) => handler(view, frame);
    this.#handlers.add(own);
    this.#wasHandled = true;
    this.follow(from);
    callSafely(own, this.view);
    return () => {
      if (this.#handlers.delete(own)) this.#leaveUnlessRead();
    };
  }

  /** The first loop starts at the oldest event, or at the view if there was a handler. */
  beginReading() {
    this.#forgetPartial();
    const { epoch, seq } = this.view;
    const reading = this.#lastReading
      ?? new Reading(this.#wasHandled ? this.view : { ...emptyView, epoch });
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

  /** A change from 'now' to 'start' drops the partial view: it has no earlier events. */
  follow(from) {
    if (this.#from === 'start' || this.#from === from) return;
    if (from === 'start') this.#forgetPartial();
    else if (this.view.epoch === null) this.#isPartial = true;
    this.#from = from;
    this.#client.follow(this);
  }

  /** A command was sent. When the gateway accepts it, it subscribes this connection. */
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

  /** The id of the open run, or null. Resolves when all stored events have been read. */
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

  /** The person has seen the thread up to this seq. */
  ack(seq) {
    this.#ack.give(seq);
  }

  /** Acknowledges the newest end of a run that is shown, if the person has it before them. */
  ackShown() {
    const isShown = this.#handlers.size + this.#readings.size > 0 && this.view.caughtUp;
    if (isShown && this.#client.isWatched()) this.#ack.give(this.#shown);
  }

  /** There is a new connection. */
  opened(acks) {
    this.#ack.opened(acks);
  }

  /** Whether this is the answer to an ack; one that cannot be given any more is left. */
  ackRefused(id, error) {
    return this.#ack.refused(id, error) || this.#ack.isNewest(id);
  }

  /** The cursor for the subscription of a connection. */
  cursor() {
    const { epoch, seq } = this.#furthestBehind();
    if (this.#from === 'now' && epoch === null) return { thread_id: this.id };
    return { thread_id: this.id, after: epoch === null ? 0 : seq, ...(epoch && { epoch }) };
  }

  receive(frame) {
    if (!this.#from) return;
    if (frame.type === 'subscribed') return this.#subscribed(frame);
    if (frame.type === 'acknowledged') return this.#tell(frame);
    if (frame.type === 'gap') this.#began();
    this.expect((frame.seq_from ?? frame.seq ?? 0) - 1);
    this.#show(frame);
    if (frame.type === 'caught_up') this.#caughtUp();
    this.#leaveIfIdle();
  }

  /** The gateway has sent all events up to this seq. Missing ones are requested again. */
  expect(seq) {
    if (!this.#from || this.#isRequested || this.view.epoch === null) return;
    const { seq: held } = this.#furthestBehind();
    if (!(seq > held)) return;
    const times = this.#requested.seq === held ? this.#requested.times + 1 : 1;
    this.#requested = { seq: held, times };
    if (times > MAX_REPEATS) return this.#client.distrust();
    this.#request();
  }

  /** The gateway refused the subscription. */
  refused(error) {
    this.refusal = error;
    this.#isLive = false;
    this.#isRequested = true;
    for (const { reject } of this.#asking) reject(error);
    if (!this.view.caughtUp) return;
    this.view = { ...this.view, caughtUp: false };
    for (const handler of this.#handlers) callSafely(handler, this.view);
  }

  /** The next connection subscribes from the cursor. */
  disconnected() {
    this.#began();
    this.#requested = { seq: -1, times: 0 };
  }

  /** The gateway reports this run as open at the start of the connection. */
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
      // The epoch changed and reading does not start at its oldest event, so no gap frame comes
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
    const { epoch } = before;
    this.view = fold(before, frame);
    for (const reading of this.#readings) {
      // An event does not have its epoch
      if (!frame.seq || reading.cursor.epoch === this.view.epoch) reading.take(frame);
    }
    if (this.view === before) return;
    this.#tell(frame);
    if (this.view.epoch !== epoch) {
      this.#shown = 0;
      this.#ack.forget();
    }
    if (ENDS.has(frame.type)) this.#shown = frame.seq;
    this.ackShown();
  }

  #tell(frame) {
    for (const handler of this.#handlers) callSafely(handler, this.view, frame);
  }

  /** A cursor of another epoch comes first: the gateway answers it with a gap for all readers. */
  #furthestBehind() {
    let held = this.view;
    for (const { cursor, isFull } of this.#readings) {
      if (isFull) continue; // it takes nothing more
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

  /** Without readers the subscription stays only until the commands sent here are answered. */
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
