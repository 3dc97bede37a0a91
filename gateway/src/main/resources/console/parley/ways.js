import { SocketLink } from './socket-link.js';
import { StreamLink } from './stream-link.js';

/** So many WebSockets in a row must fail to open, while HTTP works, to count as blocked. */
const FAILURES_OF_A_BLOCKED_SOCKET = 2;
/** Proxies cut headers at 4 KiB or more, and may say nothing that a page could read. */
const LONG_TOKEN = 4_000;
/** What the gateway itself answers to a handshake that it refuses. */
const REFUSALS = new Set([401, 403, 429, 503]);

/**
 * Which way the next connection goes: a WebSocket with the token in its handshake; where that does
 * not open, one with the token in its first frame, for proxies cut long headers; or HTTP alone.
 */
export class Ways {
  #socketUrl;
  #http;
  #WebSocket;
  #failures = 0;
  #isTokenInFrame = false;

  constructor(socketUrl, http, WebSocket) {
    this.#socketUrl = socketUrl;
    this.#http = http;
    this.#WebSocket = WebSocket;
  }

  /** @param {string} [replaces] the connection whose place this one takes */
  open(token, replaces, handlers) {
    const isBlocked = !this.#WebSocket || this.#failures >= FAILURES_OF_A_BLOCKED_SOCKET;
    const how = { token, replaces, isTokenInFrame: this.#isTokenInFrame };
    try {
      const link = isBlocked ? new StreamLink(this.#http, handlers)
        : new SocketLink(this.#socketUrl, this.#WebSocket, how, handlers);
      link.token = token;
      return link;
    } catch (error) {
      // Not every token is one that a subprotocol can be made of, and not every page may open one
      this.#failures++;
      this.#isTokenInFrame = !this.#isTokenInFrame;
      throw error;
    }
  }

  opened({ via }) {
    // Blocked or not, the next connection tries a socket first: one more failure is enough then
    this.#failures = via === 'http' ? FAILURES_OF_A_BLOCKED_SOCKET - 1 : 0;
  }

  /** @param {Error | null} why what HTTP says: null where all is well, without a status if nothing */
  notOpened(why, token) {
    if (!why) this.#failures++;
    const isRefused = REFUSALS.has(why?.status);
    const mayBeTooLong = !why || why.status || token.length > LONG_TOKEN;
    if (!isRefused && mayBeTooLong) this.#isTokenInFrame = !this.#isTokenInFrame;
  }
}
