import { ABNORMAL } from './errors.js';
import { openSilence, tolerated } from './silence.js';

const PROBE_WITHIN_MS = 5_000;
/** After an error on an open socket a close follows, which has the reason. */
const CLOSE_WITHIN_MS = 1_000;
const CONNECTION_ID = /^[\w-]{1,64}$/;

/**
 * One WebSocket to the gateway. A link calls `received` for each frame, in order, and `lost` once.
 * After that, and after `close()`, it calls nothing.
 */
export class SocketLink {
  via = 'websocket';
  /** The newest token that the gateway accepted on this socket. */
  token;
  #socket;
  #isOpen = false;
  #silence;
  #toleratedMs = tolerated();
  #handlers;

  /**
   * @param {{token: string, replaces?: string, isTokenInFrame: boolean}} how
   * @param {{received: (frame: object, size: number) => void, lost: (code: number) => void}} handlers
   */
  constructor(url, WebSocket, { token, replaces, isTokenInFrame }, handlers) {
    this.#handlers = handlers;
    const isId = typeof replaces === 'string' && CONNECTION_ID.test(replaces);
    const place = isId ? { replaces } : {};
    const offered = isTokenInFrame ? []
      : [`bearer.${token}`, ...Object.values(place).map((id) => `replaces.${id}`)];
    const socket = new WebSocket(url, ['parley.v1', ...offered]);
    socket.onopen = () => {
      this.#isOpen = true;
      if (isTokenInFrame) this.send({ type: 'authenticate', payload: { token, ...place } });
    };
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = ({ code }) => this.#lost(code);
    socket.onerror = () => this.#failed();
    this.#socket = socket;
    this.#silence = openSilence(() => this.#lost(ABNORMAL));
  }

  /** The maximum of threads. */
  room({ subscriptions } = {}) {
    return subscriptions;
  }

  send(frame, text = JSON.stringify(frame)) {
    try {
      this.#socket?.send(text);
    } catch {
      this.#lost(ABNORMAL);
    }
    return text.length;
  }

  /** After a wake-up: asks for a sign of life and does not wait for two heartbeats. */
  probe() {
    this.#silence.expectWithin(PROBE_WITHIN_MS);
    this.send({ type: 'ping', id: 'probe' });
  }

  close() {
    this.#silence.stop();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #received(data) {
    if (!this.#socket) return;
    this.#isOpen = true;
    const frame = parse(data);
    if (frame.type === 'welcome') this.#toleratedMs = tolerated(frame.payload?.heartbeat_ms);
    this.#silence.expectWithin(this.#toleratedMs);
    this.#handlers.received(frame, data.length);
  }

  /** Some WebSockets that did not open report no close (that of Node 20 does not). */
  #failed() {
    if (!this.#isOpen) this.#lost(ABNORMAL);
    else if (this.#socket) this.#silence.expectWithin(CLOSE_WITHIN_MS);
  }

  #lost(code) {
    if (!this.#socket) return;
    this.close();
    this.#handlers.lost(code);
  }
}

/** Text that is no JSON object is a frame without a type, which is ignored. */
export function parse(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
