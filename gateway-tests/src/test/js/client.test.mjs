import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';

/** What stands on the other side of the client: a socket whose server is the test itself. */
class ScriptedSocket {
  static all = [];
  sent = [];

  constructor(url, protocols) {
    this.protocols = protocols;
    ScriptedSocket.all.push(this);
  }

  send(text) { this.sent.push(JSON.parse(text)); }
  close() {}
  serve(...frames) { for (const frame of frames) this.onmessage({ data: JSON.stringify(frame) }); }
  welcome() { this.serve({ type: 'welcome', payload: { heartbeat_ms: 1000 } }); }
  last(type) { return this.sent.findLast((frame) => frame.type === type); }
}

const SUBSCRIBED = { type: 'subscribed', thread_id: 't1',
  payload: { epoch: 'e1', oldest: 1, head: 0, after: 0 } };
const said = (seq) => ({ type: 'message_added', thread_id: 't1', seq,
  payload: { message_id: `m${seq}`, role: 'user', content: `${seq}` } });
const socket = () => ScriptedSocket.all.at(-1);
const options = { url: 'ws://gateway/ws', token: 'jwt', WebSocket: ScriptedSocket };

function open() {
  const client = connect(options);
  socket().welcome();
  return client;
}

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  mock.method(Math, 'random', () => 0.5);
  ScriptedSocket.all = [];
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

test('the token travels as a subprotocol', () => {
  connect(options);
  assert.deepEqual(socket().protocols, ['parley.v1', 'bearer.jwt']);
});

test('a new connection subscribes from the cursor, then resends under the old ids', () => {
  const thread = open().thread('t1');
  thread.send('hello');
  const { id } = socket().last('user_message');
  socket().serve(SUBSCRIBED, said(1));
  socket().onclose({ code: 1006 });
  mock.timers.tick(250);
  socket().welcome();
  assert.deepEqual(socket().sent.map((frame) => frame.type), ['subscribe', 'user_message']);
  const cursors = socket().last('subscribe').payload.threads;
  assert.deepEqual(cursors, [{ thread_id: 't1', after: 1, epoch: 'e1' }]);
  assert.equal(socket().last('user_message').id, id);
});

test('an answer settles its command', async () => {
  const thread = open().thread('t1');
  const accepted = thread.send('one');
  socket().serve({ type: 'accepted', id: socket().last('user_message').id, payload: { seq: 4 } });
  assert.equal((await accepted).seq, 4);
  const refused = thread.send('two');
  const payload = { code: 'rate_limited', message: 'Slower.', retry_after_ms: 1200 };
  socket().serve({ type: 'rejected', id: socket().last('user_message').id, payload });
  await assert.rejects(refused, { code: 'rate_limited', retryable: true, retryAfterMs: 1200 });
});

test('duplicates, holes and junk never show an event twice or out of order', () => {
  const shown = [];
  open().thread('t1').subscribe((view) => shown.push(view.seq));
  const junk = [null, 'x', [], { type: 'x', seq: 2 }];
  socket().serve(SUBSCRIBED, said(1), said(1), said(4), ...junk, said(2), said(3));
  assert.equal(socket().last('subscribe').payload.threads[0].after, 1);
  assert.deepEqual(shown, [...shown].sort());
});

test('silence of more than two heartbeats is a dead connection', () => {
  const client = open();
  mock.timers.tick(2400);
  assert.equal(client.state.name, 'open');
  mock.timers.tick(200);
  assert.equal(client.state.name, 'waiting');
});

test('waits grow twofold up to the cap, and begin anew after a proven connection', () => {
  const client = connect(options);
  const waits = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    socket().onclose({ code: 1006 });
    waits.push(client.state.retryInMs);
    mock.timers.tick(client.state.retryInMs);
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 15000, 15000]);
  socket().welcome();
  for (let second = 0; second < 10; second++) {
    mock.timers.tick(1000);
    socket().serve({ type: 'heartbeat', payload: { heads: {} } });
  }
  socket().onclose({ code: 1012 });
  assert.equal(client.state.retryInMs, 250);
});

test('the wait that goaway names wins', () => {
  const client = open();
  socket().serve({ type: 'goaway', payload: { reason: 'restart', reconnect_after_ms: 7000 } });
  socket().onclose({ code: 1001 });
  assert.equal(client.state.retryInMs, 7000);
});

test('after a final close code nothing is tried until the person asks', async () => {
  const client = open();
  const unanswered = client.thread('t1').send('hello');
  socket().onclose({ code: 4409 });
  await assert.rejects(unanswered, { code: 'disconnected', retryable: true });
  mock.timers.tick(60_000);
  assert.deepEqual([client.state.name, ScriptedSocket.all.length], ['closed', 1]);
  client.reconnect();
  assert.equal(client.state.name, 'connecting');
});

test('a refused token is never tried twice', () => {
  const client = open();
  socket().onclose({ code: 4401 });
  mock.timers.tick(250);
  assert.deepEqual(client.state, { name: 'closed', code: 4401 });
});

test('stop works before the run is known', () => {
  const thread = open().thread('t1');
  thread.send('hello');
  thread.cancel();
  assert.equal(socket().last('cancel_run').payload.command_id, socket().last('user_message').id);
});
