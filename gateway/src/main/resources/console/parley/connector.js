import { Backoff } from './backoff.js';
import {
  ABNORMAL, FINAL, FORBIDDEN, ParleyError, TIMED_OUT, UNAUTHENTICATED, closedError,
} from './errors.js';
import { Http, addresses } from './http.js';
import { withoutToken } from './mask.js';
import { onPage } from './page.js';
import { OPEN_WITHIN_MS } from './silence.js';
import { Tokens } from './tokens.js';
import { Ways } from './ways.js';

/** A token that is issued within some seconds after the one before was revoked is revoked too. */
const NEXT_TOKEN_MS = 1000;

/** Before `welcome`: the next try may be another way. */
const NOT_OPENED = new Set([ABNORMAL, TIMED_OUT]);

/**
 * Opens one link after the other, each with a token, and waits between tries. Its state is
 * `connecting`, `open`, `waiting` for the next try, or `closed`: by the caller, or because the next
 * try would fail in the same way.
 */
export class Connector {
  state = { name: 'connecting' };
  link = null;
  http;
  #tokens;
  #ways;
  #handlers;
  /** The newest connection by WebSocket: the next one replaces it if the gateway still has it open. */
  #connectionId;
  #opening = 0;
  #backoff = new Backoff();
  #retryTimer;
  #stopAsking = () => {};
  #retryAfterMs;
  #isRefreshing = false;
  /** The tokens that were refused since the last welcome. */
  #refusals = 0;
  #leavePage;

  /**
   * @param handlers `received(frame, size)` and `ended(threadId, error, isLasting)` of the links;
   *   `dropped()` after each link; `closed(error)` before the state says so; `changed(state)`;
   *   `woke()` when the page may have come to the front; `complain(error)`
   */
  constructor({ url, token, fetch, WebSocket = globalThis.WebSocket }, handlers) {
    const { base, socketUrl } = addresses(url);
    this.#tokens = new Tokens(token);
    this.http = new Http(base, () => this.#tokens.current, fetch);
    this.#ways = new Ways(socketUrl, this.http, WebSocket);
    this.#handlers = handlers;
  }

  get isOpen() {
    return this.state.name === 'open';
  }

  reconnect() {
    if (this.link) return;
    this.#leavePage ??= onPage({
      wake: () => {
        this.#wake();
        this.#handlers.woke();
      },
      hide: () => this.#suspend(),
      show: () => this.state.name !== 'closed' && this.reconnect(),
    });
    this.#tokens.forgetRefused();
    this.#open();
  }

  close() {
    this.#leavePage?.();
    this.#leavePage = undefined;
    if (this.state.name !== 'closed') this.#end(1000);
  }

  /** This link sends invalid frames, and reading again did not help. */
  distrust() {
    if (this.link) this.#lost(ABNORMAL);
  }

  welcomed({ connection_id }) {
    this.#connectionId = connection_id ?? this.#connectionId;
    this.#backoff.opened();
    this.#refusals = 0;
    this.#ways.opened(this.link);
    this.#changeState({ name: 'open', via: this.link.via });
  }

  goingAway(reconnectAfterMs) {
    this.#retryAfterMs = reconnectAfterMs;
  }

  /** A call waits for the token, as a command waits for the connection. */
  async call(method, path) {
    const token = await this.#tokens.ready();
    try {
      return await this.http.call(method, path);
    } catch (error) {
      // It may have been replaced meanwhile
      if (error.status !== 401 || token === this.#tokens.current) throw error;
      return this.http.call(method, path);
    }
  }

  /**
   * The token is about to expire. @param {(token: string) => Promise<object>} exchange tells it to
   * the gateway @returns {Promise<object>} what that answered, if there is a newer one
   */
  async refreshToken(exchange) {
    if (this.#isRefreshing) return null;
    this.#isRefreshing = true;
    try {
      const fresh = await this.#tokens.newer();
      const { link } = this;
      if (!fresh || !this.isOpen || fresh === link.token) return null;
      const answer = await exchange(fresh);
      if (link !== this.link) return null;
      link.token = fresh;
      this.#tokens.take(fresh);
      return answer;
    } finally {
      this.#isRefreshing = false;
    }
  }

  async #open() {
    clearTimeout(this.#retryTimer);
    const opening = ++this.#opening;
    this.#changeState({ name: 'connecting' });
    if (opening !== this.#opening) return; // a listener may close the client here and below
    try {
      const asked = this.#tokens.next();
      const found = typeof asked?.then === 'function' ? await asked : asked;
      if (opening !== this.#opening) return;
      if (!this.#tokens.take(found)) return void this.#end(UNAUTHENTICATED);
      this.link = this.#ways.open(found, this.#connectionId, {
        received: this.#handlers.received,
        ended: this.#handlers.ended,
        lost: (code, retryAfterMs) => this.#lost(code, retryAfterMs),
      });
    } catch (error) {
      if (opening !== this.#opening) return;
      const why = withoutToken(error?.message ?? error, this.#tokens.current);
      this.#tokens.notFound();
      this.#handlers.complain({ code: 'disconnected', message: `No token, or no socket: ${why}` });
      if (opening !== this.#opening) return;
      this.#waitToRetry(ABNORMAL);
    }
  }

  #lost(code, retryAfterMs) {
    const { isOpen, link: { token } } = this;
    this.#drop();
    this.#retryAfterMs ??= retryAfterMs;
    if (code === UNAUTHENTICATED) this.#refused(token);
    if (FINAL.has(code)) this.#end(code);
    else if (isOpen || !NOT_OPENED.has(code)) this.#waitToRetry(code);
    else this.#askWhy(this.#opening, token);
  }

  /** A new token is asked for soon; if that one is refused too, later. */
  #refused(token) {
    this.#tokens.refuse(token);
    if (this.#refusals++ > 0) this.#retryAfterMs ??= NEXT_TOKEN_MS * (1 + Math.random());
  }

  /** A browser does not say why a socket did not open; the gateway does, over HTTP. */
  async #askWhy(opening, token) {
    const asking = new AbortController();
    this.#stopAsking = () => asking.abort();
    const timer = setTimeout(this.#stopAsking, OPEN_WITHIN_MS);
    asking.signal.addEventListener('abort', () => clearTimeout(timer));
    const why = await this.http.call('GET', 'v1/session', undefined, asking.signal)
      .then(() => null, (error) => error);
    clearTimeout(timer);
    if (opening !== this.#opening) return;
    this.#ways.notOpened(why, token);
    if (why?.status) this.#handlers.complain(why);
    if (opening !== this.#opening) return;
    if (why?.status === 403 && why.isOfGateway) return this.#end(FORBIDDEN);
    this.#retryAfterMs ??= why?.retryAfterMs;
    if (why?.status === 401) this.#refused(token);
    this.#waitToRetry(why?.status === 401 ? UNAUTHENTICATED : ABNORMAL);
  }

  #waitToRetry(code) {
    const retryInMs = this.#backoff.nextWaitMs(this.#retryAfterMs);
    this.#retryAfterMs = undefined;
    this.#retryTimer = setTimeout(() => this.#open(), retryInMs);
    this.#changeState({ name: 'waiting', retryInMs, code });
  }

  #end(code) {
    this.#stop();
    const error = new ParleyError(closedError(code));
    this.#tokens.end(error);
    this.#handlers.closed(error);
    this.#changeState({ name: 'closed', code });
  }

  /** The page is online or visible again: a wait ends, and an open socket must show that it is alive. */
  #wake() {
    if (this.state.name === 'waiting') this.#open();
    else if (this.isOpen) this.link.probe();
  }

  /** A page in the back/forward cache would keep one of the user's connections. */
  #suspend() {
    if (this.state.name === 'closed') return;
    this.#stop();
    this.#changeState({ name: 'waiting', retryInMs: Infinity, code: 1001 });
  }

  #stop() {
    this.#drop();
    clearTimeout(this.#retryTimer);
    this.#stopAsking();
    this.#opening++;
  }

  #drop() {
    this.link?.close();
    this.link = null;
    this.#handlers.dropped();
  }

  #changeState(state) {
    this.state = state;
    this.#handlers.changed(state);
  }
}
