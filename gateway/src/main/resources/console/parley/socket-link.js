import { ABNORMAL } from './errors.js';
import { openSilence, tolerated } from './silence.js';

const PROBE_WITHIN_MS = 5_000;

/**
 * One WebSocket to the gateway. A link hands over frames in order, then tells once that it is lost;
 * after that, or after `close()`, it says nothing more.
 */
export class SocketLink {
  via = 'websocket';
  #socket;
  #silence;
  #toleratedMs = tolerated();
  #handlers;

  /**
   * @param {{socketUrl: string, WebSocket: any}} gateway @param {string} token
   * @param {{received: (frame: object, size: number) => void, lost: (code: number) => void}} handlers
   */
  constructor({ socketUrl, WebSocket }, token, handlers) {
    this.#handlers = handlers;
    const socket = new WebSocket(socketUrl, ['parley.v1', `bearer.${token}`]);
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = ({ code }) => this.#lost(code);
    socket.onerror = () => {};
    this.#socket = socket;
    this.#silence = openSilence(() => this.#lost(ABNORMAL));
  }

  send(frame) {
    const text = JSON.stringify(frame);
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
    const frame = parse(data);
    if (frame.type === 'welcome') this.#toleratedMs = tolerated(frame.payload?.heartbeat_ms);
    this.#silence.expectWithin(this.#toleratedMs);
    this.#handlers.received(frame, data.length);
  }

  #lost(code) {
    if (!this.#socket) return;
    this.close();
    this.#handlers.lost(code);
  }
}

/** What is no JSON object is a frame of no type: ignored like every type that is not known. */
export function parse(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
