/** Simulates network faults for this page: a cut connection and slow reading. */
const SLOW_MS = 400;

const weather = { isCut: false, isSlow: false };
const sockets = new Set();
const realFetch = globalThis.fetch.bind(globalThis);

/** While cut, no data passes and no connection opens, as with an unplugged cable. */
export function setCut(isCut) {
  weather.isCut = isCut;
  if (isCut) for (const socket of [...sockets]) socket.cut();
}

/** While slow, this page reads one frame every 0.4 s. */
export function setSlow(isSlow) {
  weather.isSlow = isSlow;
  for (const socket of sockets) socket.readOn();
}

export const simulatedFetch = (...request) =>
  (weather.isCut ? Promise.reject(new TypeError('cut')) : realFetch(...request));

/** A WebSocket with the simulated faults. */
export class SimulatedSocket {
  onopen = () => {};
  onmessage = () => {};
  onclose = () => {};
  onerror = () => {};
  #unread = [];
  #timer = null;
  #socket = null;

  constructor(url, protocols) {
    sockets.add(this);
    if (weather.isCut) return void setTimeout(() => this.cut());
    const socket = new WebSocket(url, protocols);
    this.#socket = socket;
    socket.onopen = () => this.onopen();
    socket.onmessage = (event) => this.#arrived(event);
    socket.onclose = ({ code }) => this.#ended(code);
    socket.onerror = () => {};
  }

  send(text) { this.#socket?.send(text); }
  close() { this.#ended(1005); }
  cut() { this.#ended(1006); }

  readOn() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (weather.isSlow) {
      if (this.#unread.length) this.#later();
      return;
    }
    // All at once: taking one after the other from the front is quadratic
    for (const event of this.#unread.splice(0)) this.onmessage(event);
  }

  #arrived(event) {
    this.#unread.push(event);
    if (!weather.isSlow && this.#unread.length === 1) this.onmessage(this.#unread.shift());
    else if (!this.#timer) this.#later();
  }

  #later() {
    this.#timer = setTimeout(() => {
      this.onmessage(this.#unread.shift());
      this.readOn();
    }, SLOW_MS);
  }

  #ended(code) {
    if (!sockets.delete(this)) return;
    clearTimeout(this.#timer);
    this.#unread = [];
    this.#socket?.close();
    this.onclose({ code });
  }
}
