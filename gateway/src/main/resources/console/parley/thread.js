import { boundedMs } from './backoff.js';
import { ParleyError, callSafely, closedError } from './errors.js';
import { emptyView, fold } from './fold.js';
import { randomId } from './ids.js';

/** So often the same hole may be asked for before the connection is given up. */
const MOST_REPEATS = 3;
/** How long a thread rests that could not be read, where the gateway does not say. */
const REST_MS = 1_000;
/** What a slow `for await` may leave unread. */
const MOST_UNREAD = 10_000;

/**
 * One thread of the user: what is said there goes in as commands, what happens there comes out as a
 * view that one fold keeps. Every event is shown once, and in order, whatever a connection does.
 */
export class Thread {
  view = emptyView;
  #client;
  #handlers = new Set();
  #from = null;
  #isAsking = false;
  #asked = { seq: -1, times: 0 };
  #lastCommand = null;
  #rest;

  constructor(id, client) {
    this.id = id;
    this.#client = client;
  }

  start(agent, input, { context, whenBusy, id } = {}) {
    return this.#begin('start_agent', { agent, input, context, when_busy: whenBusy }, id);
  }

  send(text, { agent, whenBusy, id } = {}) {
    return this.#begin('user_message', { content: text, agent, when_busy: whenBusy }, id);
  }

  chat(text, { id } = {}) {
    return this.#begin('chat', { content: text }, id);
  }

  cancel(commandId) {
    const { run } = this.view;
    if (commandId) return this.#client.command('cancel_run', null, { command_id: commandId });
    const target = run?.state === 'open' ? { run_id: run.run_id } : this.#lastCommand;
    return target ? this.#client.command('cancel_run', null, target) : Promise.resolve({});
  }

  subscribe(handler, { from = 'start' } = {}) {
    // Of its own, so that a function may be given twice
    const own = (view, frame) => handler(view, frame);
    this.#handlers.add(own);
    this.#follow(from);
    callSafely(own, this.view);
    return () => {
      if (!this.#handlers.delete(own) || this.#handlers.size) return;
      this.#from = null;
      this.#client.signal('unsubscribe', [this.id]);
    };
  }

  [Symbol.asyncIterator]() {
    const left = new AbortController();
    const events = this.#events(left.signal);
    return {
      next: () => events.next(),
      // A generator is not left while it waits: what it waits for has to come first
      return: () => {
        left.abort();
        return events.return();
      },
      [Symbol.asyncIterator]() { return this; },
    };
  }

  async *#events(left) {
    const unread = [];
    let end = null;
    let wake = () => {};
    left.addEventListener('abort', () => wake());
    const leave = this.subscribe((view, frame) => {
      if (frame && (frame.seq || frame.type === 'gap')) unread.push(frame);
      wake();
    });
    const endWith = (state) => {
      if (state.name === 'closed') end = state;
      wake();
    };
    const stopListening = this.#client.on('state', endWith);
    endWith(this.#client.state);
    try {
      for (;;) {
        while (unread.length && unread.length < MOST_UNREAD) yield unread.shift();
        if (left.aborted) return;
        if (unread.length) throw new ParleyError({ code: 'overloaded', message: 'Read too slowly.' });
        if (end?.code === 1000) return;
        if (end) throw new ParleyError(closedError(end.code));
        await new Promise((resolve) => { wake = resolve; });
      }
    } finally {
      leave();
      stopListening();
    }
  }

  /** @internal Where a new connection reads on from, as a list of none or one. */
  cursor() {
    this.#asked = { seq: -1, times: 0 };
    this.#isAsking = false;
    return this.#position();
  }

  /** @internal */
  receive(frame) {
    const before = this.view;
    if (frame.type === 'subscribed' || frame.type === 'gap') this.#isAsking = false;
    if (frame.type === 'subscribed' && before.seq) this.expect(frame.payload?.after);
    this.expect((frame.seq_from ?? frame.seq ?? 0) - 1);
    this.view = fold(before, frame);
    if (this.view === before) return;
    for (const handler of this.#handlers) callSafely(handler, this.view, frame);
  }

  /** @internal Everything up to this seq was sent by now; what is missing is asked for again. */
  expect(seq) {
    const { epoch, seq: held } = this.view;
    if (!(seq > held) || this.#isAsking || epoch === null) return;
    const times = this.#asked.seq === held ? this.#asked.times + 1 : 1;
    this.#asked = { seq: held, times };
    if (times > MOST_REPEATS) return this.#client.distrust();
    this.#isAsking = true;
    this.#client.signal('subscribe', this.#position());
  }

  /** @internal The gateway could not read this thread and follows it no more. */
  leftBehind(restMs) {
    this.askNoMore();
    this.#isAsking = true;
    this.#rest = setTimeout(
      () => this.#client.signal('subscribe', this.#position()), boundedMs(restMs) ?? REST_MS);
  }

  /** @internal This connection is over; the next one begins with the cursor. */
  askNoMore() {
    clearTimeout(this.#rest);
  }

  #position() {
    const { epoch, seq } = this.view;
    if (!this.#from) return [];
    if (this.#from === 'now' && epoch === null) return [{ thread_id: this.id }];
    return [{ thread_id: this.id, after: seq, ...(epoch && { epoch }) }];
  }

  /** Before the first command too: a view that began in the middle would miss what came before. */
  #follow(from) {
    if (this.#from === 'start' || this.#from === from) return;
    if (this.#from === 'now') this.view = emptyView;
    this.#from = from;
    this.#client.signal('subscribe', this.#position());
  }

  #begin(type, payload, id = randomId()) {
    if (type !== 'chat') this.#lastCommand = { command_id: id };
    this.#follow('start');
    return this.#client.command(type, this.id, payload, id);
  }
}
