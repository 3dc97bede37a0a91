import { Connector } from './connector.js';
import { ParleyError, callSafely, closedError } from './errors.js';
import { randomId } from './ids.js';
import { Inbox } from './inbox.js';
import { masked } from './mask.js';
import { Outbox } from './outbox.js';
import { Subscriptions } from './subscriptions.js';
import { Thread } from './thread.js';
import { ThreadReader } from './thread-reader.js';

const THREAD_ID = /^(?!\.{1,2}$)(?:@inbox|[A-Za-z0-9_.:-]{1,64})$/;

/** The connection of one user to the gateway: sends commands and gives the frames to listeners. */
export class Client {
  /** The user and the limits, as the newest `welcome` told them. */
  welcome = null;
  /** The notifications of the user. */
  inbox = new Inbox(this);
  #connector;
  #outbox = new Outbox((frame, text) => this.#transmit(frame, text));
  #subscriptions;
  #threads = new Map();
  #readers = new Map();
  #isAcknowledging;
  /** How many acks were sent. */
  #acks = 0;
  #listeners = { state: new Set(), error: new Set(), frame: new Set() };

  constructor(options) {
    this.#isAcknowledging = options.acknowledge !== false;
    this.#subscriptions = new Subscriptions((frame) => this.#transmit(frame),
      (error) => this.#complain(error), options.rollupMs);
    this.#connector = new Connector(options, {
      received: (frame, size) => this.#receive(frame, size),
      ended: (...what) => this.#streamEnded(...what),
      dropped: () => {
        this.#outbox.hold();
        this.#subscriptions.closed();
      },
      closed: (error) => this.#settle(error),
      changed: (state) => this.#emit('state', state),
      woke: () => this.#ackShown(),
      complain: (error) => this.#complain(error),
    });
    this.#connector.reconnect();
  }

  get state() {
    return this.#connector.state;
  }

  on(name, listener) {
    const listeners = Object.hasOwn(this.#listeners, name) && this.#listeners[name];
    if (!listeners) throw new TypeError(`on: ${name} (expected: state, error or frame)`);
    // A new object for each call, because one function may be added twice
    const own = (value) => listener(value);
    listeners.add(own);
    return () => listeners.delete(own);
  }

  thread(id) {
    checkThreadId(id);
    if (!this.#threads.has(id)) {
      this.#threads.set(id, new Thread(id, this, (left) => {
        const reader = new ThreadReader(id, this, left);
        this.#readers.set(id, reader);
        return reader;
      }));
    }
    return this.#threads.get(id);
  }

  /** Calls the listener once for each notification that no device has acknowledged. */
  onNotification(listener) {
    let given = { epoch: null, seq: 0 };
    return this.inbox.subscribe(({ epoch, notifications }) => {
      if (epoch !== given.epoch) given = { epoch, seq: 0 };
      for (const each of notifications) {
        if (each.seq <= given.seq) continue;
        given.seq = each.seq;
        callSafely(listener, each);
      }
    });
  }

  /** One page of the user's threads, the newest activity first, as GET /v1/threads answers it. */
  threads({ after, limit } = {}) {
    const query = new URLSearchParams();
    if (after !== undefined) query.set('after', after);
    if (limit !== undefined) query.set('limit', limit);
    return this.#connector.call('GET', `v1/threads?${query}`);
  }

  /** The agents that a command may name, as GET /v1/agents lists them. */
  async agents() {
    const { agents } = Object(await this.#connector.call('GET', 'v1/agents'));
    return Array.isArray(agents) ? agents : [];
  }

  async setTitle(threadId, title, { id } = {}) {
    return this.thread(threadId).setTitle(title, id);
  }

  async deleteThread(id) {
    checkThreadId(id);
    return this.#connector.call('DELETE', `v1/threads/${encodeURIComponent(id)}`);
  }

  reconnect() {
    this.#connector.reconnect();
  }

  close() {
    this.#connector.close();
  }

  /** @internal Sends a command when connected, and again with the same id until it is answered. */
  command(type, thread_id, payload, id = randomId()) {
    if (this.state.name === 'closed') {
      return Promise.reject(new ParleyError(closedError(this.state.code), id));
    }
    return this.#outbox.add({ type, id, ...(thread_id && { thread_id }), payload });
  }

  /** @internal Sends an `ack`. @returns {number} its place among those sent, 0 without a connection */
  acknowledge(frame) {
    return this.#transmit(frame, JSON.stringify(frame)) ? ++this.#acks : 0;
  }

  /** @internal Whether what is shown is seen, and the client is to say so. */
  isWatched() {
    return this.#isAcknowledging && globalThis.document?.visibilityState === 'visible';
  }

  /** @internal */
  follow(reader) {
    this.#subscriptions.follow(reader);
  }

  /** @internal Reads the thread again from its cursor. */
  askAgain(reader) {
    this.#subscriptions.askAgain(reader);
  }

  /** @internal */
  leave(threadId, isImplied) {
    this.#subscriptions.leave(threadId, isImplied);
  }

  /** @internal The run that was open in the thread when this connection began. */
  openRun(threadId) {
    if (!this.#connector.isOpen) return undefined;
    return openRuns(this.welcome).find(({ thread_id }) => thread_id === threadId)?.run_id;
  }

  /** @internal */
  distrust() {
    this.#connector.distrust();
  }

  /** No frame may crash the program: an invalid one closes the link that it came on. */
  #receive(frame, size) {
    const { link } = this.#connector;
    this.#emit('frame', { direction: 'in', frame: masked(frame), size });
    // A listener may have closed the client, or connected again
    if (link !== this.#connector.link) return;
    try {
      this.#take(frame);
    } catch (error) {
      this.#complain({ message: `A frame that makes no sense: ${error.message}` });
      this.distrust();
    }
  }

  #take(frame) {
    const { type, id, thread_id } = frame;
    const payload = Object(frame.payload);
    switch (type) {
      case 'welcome': return this.#welcomed(payload);
      case 'accepted': return this.#outbox.accepted(id, payload);
      case 'rejected': return void (this.#outbox.rejected(id, payload)
        || this.#subscriptions.rejected(id, thread_id, payload)
        || this.inbox.refused(id, payload)
        || this.#readers.get(thread_id)?.ackRefused(id, payload) || this.#complain(payload));
      case 'error': return this.#troubled(thread_id, payload);
      case 'goaway': return this.#connector.goingAway(payload.reconnect_after_ms);
      case 'token_expiring': return void this.#refreshToken();
      case 'heartbeat':
        for (const [name, seq] of Object.entries(Object(payload.heads))) {
          this.#readers.get(name)?.expect(seq);
        }
        return;
      case 'subscribed': this.#subscriptions.subscribed(id, thread_id); // and its reader is told
      default: this.#readers.get(thread_id)?.receive(frame);
    }
  }

  #welcomed(payload) {
    this.welcome = payload;
    this.#connector.welcomed(payload);
    // A listener may have closed the client
    if (!this.#connector.isOpen) return;
    this.#subscriptions.opened(this.#connector.link.room(payload.limits), payload.max_frame_bytes);
    this.#outbox.resend(payload.max_frame_bytes);
    const acks = this.#acks;
    this.inbox.opened(acks);
    for (const reader of this.#readers.values()) reader.opened(acks);
    for (const { thread_id, run_id } of openRuns(payload)) {
      this.#readers.get(thread_id)?.runIsOpen(run_id);
    }
  }

  /** An error about a thread that is not followed any more, about a frame without an id, or about neither. */
  #troubled(thread_id, error) {
    const isTaken = thread_id ? this.#subscriptions.refused(thread_id, error)
      : this.#connector.isOpen && this.#outbox.unreadable(error);
    if (!isTaken) this.#complain({ ...error, thread_id });
  }

  async #refreshToken() {
    try {
      const answer = await this.#connector.refreshToken(
        (token) => this.command('refresh_token', null, { token }));
      const { limits, dropped = [] } = Object(answer);
      if (limits) this.#subscriptions.resize(this.#connector.link.room(limits));
      const message = 'The new token does not allow to read this thread.';
      for (const id of dropped) this.#subscriptions.refused(id, { code: 'forbidden', message });
    } catch (error) {
      this.#complain(error);
    }
  }

  /** The page may have come to the front. */
  #ackShown() {
    for (const reader of this.#readers.values()) reader.ackShown();
  }

  /** @returns {boolean} whether there was a connection, and still is */
  #transmit(frame, text) {
    if (!this.#connector.isOpen) return false;
    const size = this.#connector.link.send(frame, text);
    this.#emit('frame', { direction: 'out', frame: masked(frame), size });
    return this.#connector.isOpen;
  }

  /** One of several streams ended: its thread gets the error, or is followed again. */
  #streamEnded(threadId, error, isLasting) {
    if (error) this.#subscriptions.refused(threadId, error, isLasting);
    else this.#subscriptions.askAgain(this.#readers.get(threadId));
  }

  /** The client is closed: every command without an answer gets this error. */
  #settle(error) {
    this.#outbox.failAll(error);
    for (const reader of this.#readers.values()) reader.clientClosed(error);
  }

  #complain(error) {
    this.#emit('error', error instanceof ParleyError ? error : new ParleyError(error));
  }

  #emit(name, value) {
    for (const listener of this.#listeners[name]) callSafely(listener, value);
  }
}

/** @throws {TypeError} */
function checkThreadId(id) {
  if (typeof id === 'string' && THREAD_ID.test(id)) return;
  const expected = '1 to 64 of A-Z, a-z, 0-9, _ . : -, but not . or .. alone; or @inbox';
  throw new TypeError(`thread: ${String(id).slice(0, 80)} (expected: ${expected})`);
}

/** The limits in `welcome`; invalid ones are left out. */
const openRuns = ({ open_runs }) =>
  (Array.isArray(open_runs) ? open_runs.filter((run) => Object(run) === run) : []);
