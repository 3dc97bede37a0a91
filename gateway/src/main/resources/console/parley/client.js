import { Backoff } from './backoff.js';
import {
  ABNORMAL, FINAL, FORBIDDEN, ParleyError, UNAUTHENTICATED, callSafely, closedError,
} from './errors.js';
import { Http, addresses } from './http.js';
import { randomId } from './ids.js';
import { masked, withoutToken } from './mask.js';
import { Outbox } from './outbox.js';
import { OPEN_WITHIN_MS } from './silence.js';
import { SocketLink } from './socket-link.js';
import { StreamLink } from './stream-link.js';
import { Thread } from './thread.js';
import { onPage } from './page.js';

/** So many WebSockets in a row must fail to open, while HTTP works, to count as blocked. */
const FAILURES_OF_A_BLOCKED_SOCKET = 2;

const THREAD_ID = /^(?:@inbox|[A-Za-z0-9_.:-]{1,64})$/;

/**
 * One user's way to the gateway. It is `connecting`, `open`, `waiting` for the next try, or
 * `closed`: by the caller, or because the same try would fail again.
 */
export class Client {
  state = { name: 'connecting' };
  /** What the gateway said of the user and the limits when it last let this client in. */
  welcome = null;
  #options;
  #addresses;
  #token;
  /** The one that the gateway let this connection in with, or took in its place. */
  #takenToken;
  #refusedToken;
  #isRefreshing = false;
  #http;
  #link = null;
  #opening = 0;
  #backoff = new Backoff();
  #retryTimer;
  #retryAfterMs;
  #socketFailures = 0;
  #outbox = new Outbox((frame) => this.#transmit(frame));
  #threads = new Map();
  #listeners = { state: new Set(), error: new Set(), frame: new Set() };
  #leavePage;

  constructor(options) {
    this.#options = options;
    this.#addresses = addresses(options.url);
    this.#http = new Http(this.#addresses.base, () => this.#token, options.fetch);
    this.reconnect();
  }

  on(name, listener) {
    const listeners = Object.hasOwn(this.#listeners, name) && this.#listeners[name];
    if (!listeners) throw new TypeError(`on: ${name} (expected: state, error or frame)`);
    // Of its own, so that a function may be given twice
    const own = (value) => listener(value);
    listeners.add(own);
    return () => listeners.delete(own);
  }

  thread(id) {
    if (typeof id !== 'string' || !THREAD_ID.test(id)) {
      throw new TypeError(`thread: ${id} (expected: 1 to 64 of A-Z, a-z, 0-9, _ . : -, or @inbox)`);
    }
    if (!this.#threads.has(id)) this.#threads.set(id, new Thread(id, this));
    return this.#threads.get(id);
  }

  /** One page of the user's threads, as GET /v1/threads answers it. */
  threads({ after, limit } = {}) {
    const query = new URLSearchParams();
    if (after !== undefined) query.set('after', after);
    if (limit !== undefined) query.set('limit', limit);
    return this.#http.call('GET', `v1/threads?${query}`);
  }

  deleteThread(id) {
    return this.#http.call('DELETE', `v1/threads/${encodeURIComponent(id)}`);
  }

  reconnect() {
    if (this.#link) return;
    this.#leavePage ??= onPage({
      wake: () => this.#wake(), hide: () => this.#suspend(), show: () => this.reconnect(),
    });
    this.#refusedToken = undefined;
    this.#open();
  }

  close() {
    this.#leavePage?.();
    this.#leavePage = undefined;
    if (this.state.name !== 'closed') this.#end(1000);
  }

  /** @internal Sent once connected, and again under the same id until it is answered. */
  command(type, thread_id, payload, id = randomId()) {
    if (this.state.name === 'closed') {
      return Promise.reject(new ParleyError(closedError(this.state.code), id));
    }
    return this.#outbox.add({ type, id, ...(thread_id && { thread_id }), payload });
  }

  /** @internal `subscribe`, `unsubscribe`: not resent, a connection begins with its own. */
  signal(type, threads) {
    if (!threads.length) return;
    const { rollupMs } = this.#options;
    const rollup = type === 'subscribe' && rollupMs ? { rollup_ms: rollupMs } : {};
    this.#transmit({ type, id: randomId(), payload: { threads, ...rollup } });
  }

  /** @internal What this link says makes no sense, and asking again did not help. */
  distrust() {
    if (this.#link) this.#lost(ABNORMAL);
  }

  async #open() {
    clearTimeout(this.#retryTimer);
    const opening = ++this.#opening;
    this.#changeState({ name: 'connecting' });
    try {
      const { token } = this.#options;
      const found = typeof token === 'function' ? await inTime(token()) : token;
      if (opening !== this.#opening) return;
      this.#token = found;
      if (!this.#token || this.#token === this.#refusedToken) {
        return void this.#end(UNAUTHENTICATED);
      }
      this.#takenToken = found;
      this.#link = this.#newLink();
    } catch (error) {
      if (opening !== this.#opening) return;
      const why = withoutToken(error?.message ?? error, this.#token);
      this.#complain({ code: 'disconnected', message: `No token, or no socket: ${why}` });
      this.#waitToRetry(ABNORMAL);
    }
  }

  #newLink() {
    const handlers = {
      received: (frame, size) => this.#receive(frame, size),
      lost: (code) => this.#lost(code),
    };
    const { WebSocket = globalThis.WebSocket } = this.#options;
    const isBlocked = !WebSocket || this.#socketFailures >= FAILURES_OF_A_BLOCKED_SOCKET;
    if (isBlocked) return new StreamLink(this.#http, handlers);
    return new SocketLink({ ...this.#addresses, WebSocket }, this.#token, handlers);
  }

  /** No frame at all brings the program down: one that makes no sense costs the link it came on. */
  #receive(frame, size) {
    this.#emit('frame', { direction: 'in', frame: masked(frame), size });
    try {
      this.#take(frame);
    } catch (error) {
      this.#complain({ message: `A frame that makes no sense: ${error.message}` });
      this.distrust();
    }
  }

  #take(frame) {
    const { type, id } = frame;
    const payload = Object(frame.payload);
    switch (type) {
      case 'welcome': return this.#welcomed(payload);
      case 'accepted': return this.#outbox.accepted(id, payload);
      case 'rejected':
        return this.#outbox.rejected(id, payload) || this.#complain(payload);
      case 'error':
        this.#threads.get(frame.thread_id)?.leftBehind(payload.retry_after_ms);
        return this.#complain(payload);
      case 'goaway': this.#retryAfterMs = payload.reconnect_after_ms; return;
      case 'token_expiring': return void this.#refreshToken();
      case 'heartbeat':
        for (const [name, seq] of Object.entries(Object(payload.heads))) {
          this.#threads.get(name)?.expect(seq);
        }
        return;
      default: this.#threads.get(frame.thread_id)?.receive(frame);
    }
  }

  #welcomed(payload) {
    this.welcome = payload;
    this.#backoff.opened();
    const { via } = this.#link;
    // Blocked or not, the next connection tries a socket first: one more failure is enough then
    this.#socketFailures = via === 'http' ? FAILURES_OF_A_BLOCKED_SOCKET - 1 : 0;
    this.#changeState({ name: 'open', via });
    this.signal('subscribe', [...this.#threads.values()].flatMap((thread) => thread.cursor()));
    this.#outbox.resend(payload.max_frame_bytes);
  }

  async #refreshToken() {
    const { token } = this.#options;
    const old = this.#token;
    if (this.#isRefreshing || typeof token !== 'function') return;
    this.#isRefreshing = true;
    try {
      const fresh = await inTime(token({ isExpiring: true }));
      if (!fresh || fresh === old || this.state.name !== 'open') return;
      this.#token = fresh;
      await this.command('refresh_token', null, { token: fresh });
      this.#takenToken = fresh;
    } catch (error) {
      this.#complain(error);
    } finally {
      this.#isRefreshing = false;
    }
  }

  #transmit(frame) {
    if (this.state.name !== 'open') return;
    const size = this.#link.send(frame);
    this.#emit('frame', { direction: 'out', frame: masked(frame), size });
  }

  #lost(code) {
    const wasWelcome = this.state.name === 'open';
    this.#drop();
    if (code === UNAUTHENTICATED) this.#refusedToken = this.#takenToken;
    if (FINAL.has(code)) this.#end(code);
    else if (wasWelcome || code !== ABNORMAL) this.#waitToRetry(code);
    else this.#askWhy(this.#opening);
  }

  /** A browser does not say why a socket did not open; the gateway does, over HTTP. */
  async #askWhy(opening) {
    const why = await this.#http.call('GET', 'v1/session').then(() => null, (error) => error);
    if (opening !== this.#opening) return;
    if (!why) this.#socketFailures++;
    else if (why.status) this.#complain(why);
    if (why?.status === 403) return this.#end(FORBIDDEN);
    if (why?.status === 401) this.#refusedToken = this.#token;
    this.#retryAfterMs ??= why?.retryAfterMs;
    this.#waitToRetry(why?.status === 401 ? UNAUTHENTICATED : ABNORMAL);
  }

  #waitToRetry(code) {
    const retryInMs = this.#backoff.nextWaitMs(this.#retryAfterMs);
    this.#retryAfterMs = undefined;
    this.#retryTimer = setTimeout(() => this.#open(), retryInMs);
    this.#changeState({ name: 'waiting', retryInMs, code });
  }

  #end(code) {
    this.#drop();
    clearTimeout(this.#retryTimer);
    this.#opening++;
    this.#outbox.failAll(closedError(code));
    this.#changeState({ name: 'closed', code });
  }

  /** Back online, or in sight again: a wait ends, and a socket has to prove that it lives. */
  #wake() {
    if (this.state.name === 'waiting') this.#open();
    else if (this.state.name === 'open') this.#link.probe();
  }

  /** A page that is kept for the back button would hold one of the user's connections. */
  #suspend() {
    if (this.state.name === 'closed') return;
    this.#drop();
    clearTimeout(this.#retryTimer);
    this.#opening++;
    this.#changeState({ name: 'waiting', retryInMs: Infinity, code: 1001 });
  }

  #drop() {
    for (const thread of this.#threads.values()) thread.askNoMore();
    this.#link?.close();
    this.#link = null;
  }

  #changeState(state) {
    this.state = state;
    this.#emit('state', state);
  }

  #complain(error) {
    this.#emit('error', error instanceof ParleyError ? error : new ParleyError(error));
  }

  #emit(name, value) {
    for (const listener of this.#listeners[name]) callSafely(listener, value);
  }
}

/** What a caller's promise becomes, or an error where it stays silent. */
async function inTime(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('nothing came in time')), OPEN_WITHIN_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
