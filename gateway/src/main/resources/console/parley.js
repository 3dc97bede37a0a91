/**
 * Parley in the browser: one connection, any number of threads, no dependencies.
 *
 *     const client = connect({ url: 'wss://chat.example.com/ws', token: () => fetchToken() });
 *     const thread = client.thread('t1');
 *     thread.subscribe((view) => draw(view.messages, view.run, view.tools));
 *     await thread.send('what is 12*(34+5)?');
 *
 * A command's promise is resolved once the gateway has it on disk, or rejected with a ParleyError.
 * Commands given while the connection is down wait for it, and are never executed twice.
 *
 * @typedef {import('./fold.js').View} View
 * @typedef {import('./fold.js').Frame} Frame
 * @typedef {{name: 'connecting'|'open'} | {name: 'waiting', retryInMs: number, code: number}
 *   | {name: 'closed', code: number}} ConnectionState
 */
import { emptyView, fold } from './fold.js';

export { emptyView, fold };

const BACKOFF = { firstMs: 500, capMs: 30_000, forgottenAfterMs: 10_000 };
const LIMITS = { openWithinMs: 15_000, heartbeats: 2.5, unanswered: 32 };
/** Close codes after which the same try fails again. 4401 is not one: it asks for a new token. */
const FINAL = new Set([1000, 1002, 1003, 1007, 1008, 1009, 4403, 4409]);
const RETRYABLE = new Set(['rate_limited', 'quota_exceeded', 'thread_busy', 'queue_full',
  'overloaded', 'draining', 'internal', 'disconnected']);

/** @param {{url: string, token: string | (() => any), WebSocket?: any}} options */
export function connect(options) {
  return new Client(options);
}

/** Why a command was refused, or what the gateway complained of. `message` is for a person. */
export class ParleyError extends Error {
  constructor({ code = 'internal', message = code, field, retry_after_ms } = {}) {
    super(message);
    const retryable = RETRYABLE.has(code);
    const retryAfterMs = retry_after_ms;
    Object.assign(this, { name: 'ParleyError', code, field, retryable, retryAfterMs });
  }
}

class Client {
  /** @type {ConnectionState} */
  state = { name: 'connecting' };
  #options; #socket = null; #token; #refusedToken; #opening = 0;
  #openedAt = Infinity; #attempt = 0; #retryAfterMs; #heartbeatMs = 20_000;
  #retryTimer; #silenceTimer;
  #threads = new Map(); #unanswered = new Map();
  #listeners = { state: new Set(), error: new Set() };

  constructor(options) {
    this.#options = options;
    this.#open();
  }

  /** Calls back on `state` (a ConnectionState) or `error` (a ParleyError that answers nothing). */
  on(name, listener) {
    this.#listeners[name].add(listener);
    return () => this.#listeners[name].delete(listener);
  }

  /** @param {string} id @returns {Thread} the one object for this thread of the user */
  thread(id) {
    if (!this.#threads.has(id)) this.#threads.set(id, new Thread(id, this));
    return this.#threads.get(id);
  }

  /** Tries now: ends a wait, or begins again after `closed`. */
  reconnect() {
    if (this.#socket) return;
    this.#refusedToken = undefined;
    this.#open();
  }

  close() { this.#end(1000); }

  /** Sends a command once connected, and again under the same id until it is answered. */
  command(type, thread_id, payload, id = randomId()) {
    if (this.state.name === 'closed') return Promise.reject(disconnected());
    if (this.#unanswered.size >= LIMITS.unanswered) return Promise.reject(tooManyUnanswered());
    const frame = { type, id, ...(thread_id && { thread_id }), payload };
    return new Promise((resolve, reject) => {
      this.#unanswered.set(id, { frame, resolve, reject });
      this.#transmit(frame);
    });
  }

  /** @internal `subscribe`, `unsubscribe`: not resent, a connection begins with its own. */
  signal(type, threads) {
    if (threads.length) this.#transmit({ type, id: randomId(), payload: { threads } });
  }

  async #open() {
    clearTimeout(this.#retryTimer);
    const opening = ++this.#opening;
    this.#changeState({ name: 'connecting' });
    try {
      const { url, token, WebSocket = globalThis.WebSocket } = this.#options;
      this.#token = typeof token === 'function' ? await token() : token;
      if (opening !== this.#opening) return;
      if (!this.#token || this.#token === this.#refusedToken) return void this.#end(4401);
      const socket = new WebSocket(url, ['parley.v1', `bearer.${this.#token}`]);
      socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(data);
      socket.onclose = ({ code }) => socket === this.#socket && this.#lost(code);
      socket.onerror = () => {};
      this.#socket = socket;
      this.#expectSound(LIMITS.openWithinMs);
    } catch {
      if (opening === this.#opening) this.#lost(1006);
    }
  }

  /** Silence for longer than this is a dead connection, whatever the socket believes. */
  #expectSound(withinMs) {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#lost(1006), withinMs);
  }

  #receive(data) {
    this.#expectSound(LIMITS.heartbeats * this.#heartbeatMs);
    const frame = parse(data);
    const { type, id, payload = {} } = frame;
    const complain = (error) => this.#emit('error', error);
    switch (type) {
      case 'welcome': return this.#welcomed(payload);
      case 'accepted': return this.#settle(id)?.resolve({ id, ...payload });
      case 'rejected': return (this.#settle(id)?.reject ?? complain)(new ParleyError(payload));
      case 'error': return complain(new ParleyError(payload));
      case 'goaway': this.#retryAfterMs = payload.reconnect_after_ms; return;
      case 'heartbeat':
        for (const name in payload.heads) this.#threads.get(name)?.expect(payload.heads[name]);
        return;
      default: this.#threads.get(frame.thread_id)?.receive(frame);
    }
  }

  #welcomed({ heartbeat_ms }) {
    this.#heartbeatMs = heartbeat_ms ?? this.#heartbeatMs;
    this.#expectSound(LIMITS.heartbeats * this.#heartbeatMs);
    this.#openedAt = Date.now();
    this.#changeState({ name: 'open' });
    const threads = [...this.#threads.values()];
    this.signal('subscribe', threads.flatMap((thread) => thread.cursor()));
    for (const { frame } of this.#unanswered.values()) this.#transmit(frame);
  }

  #settle(id) {
    const command = this.#unanswered.get(id);
    this.#unanswered.delete(id);
    return command;
  }

  #transmit(frame) {
    if (this.state.name === 'open') this.#socket.send(JSON.stringify(frame));
  }

  #lost(code) {
    this.#drop();
    if (code === 4401) this.#refusedToken = this.#token;
    if (FINAL.has(code)) return this.#end(code);
    if (Date.now() - this.#openedAt >= BACKOFF.forgottenAfterMs) this.#attempt = 0;
    const most = Math.min(BACKOFF.capMs, BACKOFF.firstMs * 2 ** this.#attempt++);
    const retryInMs = this.#retryAfterMs ?? Math.random() * most;
    this.#openedAt = Infinity;
    this.#retryAfterMs = undefined;
    this.#retryTimer = setTimeout(() => this.#open(), retryInMs);
    this.#changeState({ name: 'waiting', retryInMs, code });
  }

  #end(code) {
    this.#drop();
    clearTimeout(this.#retryTimer);
    this.#opening++;
    this.#changeState({ name: 'closed', code });
    for (const { reject } of this.#unanswered.values()) reject(disconnected());
    this.#unanswered.clear();
  }

  #drop() {
    clearTimeout(this.#silenceTimer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #changeState(state) {
    this.state = state;
    this.#emit('state', state);
  }

  #emit(name, value) {
    for (const listener of this.#listeners[name]) listener(value);
  }
}

class Thread {
  /** @type {View} */
  view = emptyView;
  #client; #handlers = new Set(); #following = false; #catchingUp = false; #lastCommand = null;

  constructor(id, client) {
    this.id = id;
    this.#client = client;
  }

  /** Starts an agent. @returns {Promise<{id: string, seq: number, run_id?: string}>} */
  start(agent, input, { context } = {}) {
    return this.#begin('start_agent', { agent, input, ...(context && { context }) });
  }

  /** Says something to the agent named, else to the one of the thread. */
  send(text, { agent } = {}) {
    return this.#begin('user_message', { content: text, ...(agent && { agent }) });
  }

  /** Shows a message on all devices of the user; no agent answers. */
  chat(text) {
    return this.#begin('chat', { content: text });
  }

  /** Stops the open run, or the one that the last command is about to start. */
  cancel() {
    const { run } = this.view;
    const target = run?.state === 'open' ? { run_id: run.run_id } : this.#lastCommand;
    return target ? this.#client.command('cancel_run', null, target) : Promise.resolve({});
  }

  /**
   * Replays the thread from its oldest event, then follows it: calls back at once and after every
   * change, until the function returned is called.
   * @param {(view: View, frame?: Frame) => void} handler @returns {() => void}
   */
  subscribe(handler) {
    this.#handlers.add(handler);
    this.#follow();
    handler(this.view);
    return () => {
      if (!this.#handlers.delete(handler) || this.#handlers.size) return;
      this.#following = false;
      this.#client.signal('unsubscribe', [this.id]);
    };
  }

  /** @internal Where to read on from, as a list of none or one. */
  cursor() {
    const { epoch, seq } = this.view;
    return this.#following ? [{ thread_id: this.id, after: seq, ...(epoch && { epoch }) }] : [];
  }

  /** @internal */
  receive(frame) {
    const before = this.view;
    if (frame.type === 'subscribed' || frame.type === 'gap') this.#catchingUp = false;
    this.expect((frame.seq_from ?? frame.seq ?? 0) - 1);
    this.view = fold(before, frame);
    if (this.view === before) return;
    for (const handler of this.#handlers) handler(this.view, frame);
  }

  /** @internal Everything up to this seq was sent by now; what is missing is asked for again. */
  expect(seq) {
    if (!(seq > this.view.seq) || this.#catchingUp || this.view.epoch === null) return;
    this.#catchingUp = true;
    this.#client.signal('subscribe', this.cursor());
  }

  /** Before the first command too: a view that began in the middle would miss what came before. */
  #follow() {
    if (this.#following) return;
    this.#following = true;
    this.#client.signal('subscribe', this.cursor());
  }

  #begin(type, payload) {
    const id = randomId();
    if (type !== 'chat') this.#lastCommand = { command_id: id };
    this.#follow();
    return this.#client.command(type, this.id, payload, id);
  }
}

const disconnected = () => new ParleyError({ code: 'disconnected', message: 'Not connected.' });
const tooManyUnanswered = () =>
  new ParleyError({ code: 'overloaded', message: 'Too many messages are waiting to be sent.' });

function parse(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** A random id, also on pages where `crypto.randomUUID` is missing (no TLS, not loopback). */
export function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
