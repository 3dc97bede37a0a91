import { SocketLink } from './socket-link.js';
import { StreamLink } from './stream-link.js';

/** WebSocket counts as blocked after this many failures to open in a row while HTTP works. */
const FAILURES_OF_A_BLOCKED_SOCKET = 2;
/** Proxies cut headers at 4 KiB or more, often without an answer that a page can read. */
const LONG_TOKEN = 4_000;
/** The statuses with which the gateway itself refuses a handshake. */
const REFUSALS = new Set([401, 403, 429, 503]);

/**
 * Chooses the transport of the next connection: a WebSocket with the token in its handshake; if that
 * does not open, one with the token in its first frame, because proxies cut long headers; or HTTP.
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

  /** @param {string} [replaces] the connection that this one replaces */
  open(token, replaces, handlers) {
    const isBlocked = !this.#WebSocket || this.#failures >= FAILURES_OF_A_BLOCKED_SOCKET;
    const how = { token, replaces, isTokenInFrame: this.#isTokenInFrame };
    try {
      const link = isBlocked ? new StreamLink(this.#http, handlers)
        : new SocketLink(this.#socketUrl, this.#WebSocket, how, handlers);
      link.token = token;
      return link;
    } catch (error) {
      // Some tokens are no valid subprotocol, and some pages may not open a WebSocket
      this.#failures++;
      this.#isTokenInFrame = !this.#isTokenInFrame;
      throw error;
    }
  }

  opened({ via }) {
    // The next connection tries a WebSocket first in any case: then one more failure is enough
    this.#failures = via === 'http' ? FAILURES_OF_A_BLOCKED_SOCKET - 1 : 0;
  }

  /** @param {Error | null} why the error over HTTP: null if there is none, without a status if nothing answers */
  notOpened(why, token) {
    if (!why) this.#failures++;
    const isRefused = REFUSALS.has(why?.status);
    const mayBeTooLong = !why || why.status || token.length > LONG_TOKEN;
    if (!isRefused && mayBeTooLong) this.#isTokenInFrame = !this.#isTokenInFrame;
  }
}
