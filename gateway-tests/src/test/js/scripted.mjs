/** A socket whose gateway side is played by the test. */
import { mock } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';

export class ScriptedSocket {
  static all = [];
  sent = [];
  isClosed = false;

  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
    ScriptedSocket.all.push(this);
  }

  send(text) { this.sent.push(JSON.parse(text)); }
  close() { this.isClosed = true; }
  serve(...frames) { for (const frame of frames) this.onmessage({ data: JSON.stringify(frame) }); }
  welcome(more) { this.serve({ type: 'welcome', payload: { heartbeat_ms: 1000, ...more } }); }
  accept(id, payload = { seq: 1 }) { this.serve({ type: 'accepted', id, payload }); }
  refuse(id, payload) { this.serve({ type: 'rejected', id, payload }); }
  last(type) { return this.sent.findLast((frame) => frame.type === type); }
}

export const socket = () => ScriptedSocket.all.at(-1);
export const options = { url: 'ws://gateway/ws', token: 'jwt', WebSocket: ScriptedSocket };

export function open(more = {}) {
  const client = connect({ ...options, ...more });
  socket().welcome();
  return client;
}

export const SUBSCRIBED = { type: 'subscribed', thread_id: 't1',
  payload: { epoch: 'e1', oldest: 1, head: 0, after: 0 } };

export const said = (seq) => ({ type: 'message_added', thread_id: 't1', seq,
  payload: { message_id: `m${seq}`, role: 'user', content: `${seq}` } });

/** Lets all pending promise callbacks run. */
export const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

/** Sets the answer of GET /v1/session: a status, or `null` for no answer. */
export function answerSession(status, headers = {}) {
  mock.method(globalThis, 'fetch', async () => {
    if (status === null) throw new TypeError('fetch failed');
    return new Response(JSON.stringify({ code: 'internal', detail: 'words' }), { status, headers });
  });
}

export function begin() {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  mock.method(Math, 'random', () => 0.5);
  mock.method(performance, 'now', () => Date.now());
  answerSession(null);
  ScriptedSocket.all = [];
}

export function end() {
  mock.timers.reset();
  mock.restoreAll();
}
