import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';
import {
  ScriptedSocket, SUBSCRIBED, answerSession, begin, end, open, options, said, settled, socket,
} from './scripted.mjs';

beforeEach(begin);
afterEach(end);

test('the token is sent as a subprotocol', () => {
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

test('a new connection gets the commands in the order of their calls, each once', () => {
  const client = open();
  const thread = client.thread('t1');
  socket().onclose({ code: 1006 });
  thread.chat('first', { id: 'A' });
  client.on('state', ({ name }) => name === 'open' && thread.chat('second', { id: 'B' }));
  client.on('frame', ({ frame }) => frame.id === 'A' && thread.chat('third', { id: 'C' }));
  mock.timers.tick(250);
  socket().welcome();
  thread.chat('fourth', { id: 'D' });
  assert.deepEqual(socket().sent.map(({ id }) => id), ['A', 'B', 'C', 'D']);
});

test('a connection that is lost while commands are sent again gets no later ones', () => {
  const client = open();
  const thread = client.thread('t1');
  thread.chat('first', { id: 'A' });
  socket().onclose({ code: 1006 });
  const stop = client.on('frame', ({ frame }) => frame.id === 'A' && socket().onclose({ code: 1006 }));
  mock.timers.tick(250);
  socket().welcome();
  stop();
  client.on('state', ({ name }) => name === 'open' && thread.chat('second', { id: 'B' }));
  mock.timers.tick(client.state.retryInMs);
  socket().welcome();
  assert.deepEqual(socket().sent.map(({ id }) => id), ['A', 'B']);
});

test('an answer settles its command', async () => {
  const thread = open().thread('t1');
  const accepted = thread.send('one');
  socket().accept(socket().last('user_message').id, { seq: 4 });
  assert.equal((await accepted).seq, 4);
});

test('a refusal has its code, its command and whether to retry', async () => {
  const refused = open().thread('t1').send('two');
  const { id } = socket().last('user_message');
  socket().refuse(id, { code: 'rate_limited', message: 'Slower.', retry_after_ms: 1200 });
  const expected = { code: 'rate_limited', message: 'Slower.', retryable: true, retryAfterMs: 1200 };
  await assert.rejects(refused, { name: 'ParleyError', commandId: id, ...expected });
});

test('a title is a command that no agent answers: the thread is not followed for it', async () => {
  const client = open();
  const titled = client.setTitle('t1', 'Sums', { id: 'c8' });
  const { type, id, thread_id, payload } = socket().last('set_title');
  assert.deepEqual([type, id, thread_id, payload], ['set_title', 'c8', 't1', { title: 'Sums' }]);
  socket().accept('c8', { seq: 5 });
  assert.deepEqual(await titled, { id: 'c8', seq: 5 });
  await settled();
  assert.deepEqual(socket().sent.map((frame) => frame.type), ['set_title', 'unsubscribe']);
  await assert.rejects(client.setTitle('..', 'Sums'), TypeError);
});

test('a message may be sent with a given id', () => {
  open().thread('t1').send('two', { id: 'c7', whenBusy: 'queue' });
  const { id, payload } = socket().last('user_message');
  assert.deepEqual([id, payload], ['c7', { content: 'two', when_busy: 'queue' }]);
});

test('a message may be protected from the next replacement', () => {
  const thread = open().thread('t1');
  thread.send('two', { whenBusy: 'replace', keep: true });
  assert.deepEqual(socket().last('user_message').payload, { content: 'two', when_busy: 'replace', keep: true });
  thread.start('a', 'x', { whenBusy: 'replace', keep: true });
  assert.equal(socket().last('start_agent').payload.keep, true);
});

test('a command without a connection waits for one', () => {
  const client = connect(options);
  client.thread('t1').send('early');
  assert.deepEqual(socket().sent, []);
  socket().welcome();
  assert.equal(socket().last('user_message').payload.content, 'early');
});

test('the number of waiting commands is limited', async () => {
  const thread = connect(options).thread('t1');
  for (let count = 0; count < 32; count++) thread.send(`${count}`);
  await assert.rejects(thread.send('one more'), { code: 'overloaded', retryable: true });
});

test('a frame that is too long is refused by the client, because it would close the connection', async () => {
  const client = connect(options);
  socket().welcome({ max_frame_bytes: 200 });
  const tooLong = client.thread('t1').send('é'.repeat(100));
  await assert.rejects(tooLong, { code: 'frame_too_large', retryable: false });
  assert.equal(socket().last('user_message'), undefined);
});

test('a command refused by a draining gateway is sent on the next connection', async () => {
  const accepted = open().thread('t1').send('hello');
  const { id } = socket().last('user_message');
  socket().refuse(id, { code: 'draining', message: 'Going.' });
  socket().serve({ type: 'goaway', payload: { reason: 'restart', reconnect_after_ms: 7000 } });
  socket().onclose({ code: 1001 });
  mock.timers.tick(7000);
  socket().welcome();
  assert.equal(socket().last('user_message').id, id);
  socket().accept(id, { seq: 3 });
  assert.equal((await accepted).seq, 3);
});

test('silence of more than two heartbeats is a dead connection', () => {
  const client = open();
  mock.timers.tick(2400);
  assert.equal(client.state.name, 'open');
  mock.timers.tick(200);
  assert.deepEqual([client.state.name, socket().isClosed], ['waiting', true]);
});

test('frames of an abandoned socket are ignored', () => {
  const thread = open().thread('t1');
  thread.subscribe(() => {});
  const dead = socket();
  dead.serve(SUBSCRIBED, said(1));
  mock.timers.tick(2600);
  dead.serve(said(2));
  dead.onclose({ code: 4403 });
  assert.equal(thread.view.seq, 1);
});

test('backoff doubles up to its maximum, and starts again after a lasting connection', async () => {
  const client = connect(options);
  const waits = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    socket().onclose({ code: 1006 });
    await settled();
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

test('a short connection does not reset the backoff', () => {
  const client = open();
  socket().onclose({ code: 1012 });
  mock.timers.tick(250);
  socket().welcome();
  socket().onclose({ code: 1012 });
  assert.equal(client.state.retryInMs, 500);
});

test('after a final close code nothing is retried until reconnect() is called', async () => {
  const client = open();
  const unanswered = client.thread('t1').send('hello');
  socket().onclose({ code: 4409 });
  await assert.rejects(unanswered, { code: 'disconnected', retryable: true });
  mock.timers.tick(60_000);
  assert.deepEqual([client.state.name, ScriptedSocket.all.length], ['closed', 1]);
  client.reconnect();
  assert.equal(client.state.name, 'connecting');
});

test('a socket that did not open is explained by the session: a refused token is final', async () => {
  answerSession(401);
  const client = connect(options);
  socket().onclose({ code: 1006 });
  await settled();
  mock.timers.tick(250);
  assert.deepEqual(client.state, { name: 'closed', code: 4401 });
});

test('a forbidden user is not retried', async () => {
  answerSession(403);
  const client = connect(options);
  socket().onclose({ code: 1006 });
  await settled();
  assert.deepEqual(client.state, { name: 'closed', code: 4403 });
});

test('a full gateway determines the wait', async () => {
  answerSession(429, { 'retry-after': '7' });
  const errors = [];
  const client = connect(options);
  client.on('error', (error) => errors.push(error));
  socket().onclose({ code: 1006 });
  await settled();
  assert.deepEqual([client.state.retryInMs, errors[0].status], [7000, 429]);
});

test('a refused token is never used twice', () => {
  const client = open();
  socket().onclose({ code: 4401 });
  mock.timers.tick(250);
  assert.deepEqual(client.state, { name: 'closed', code: 4401 });
});

test('a token that expires is replaced on the open connection', async () => {
  const tokens = ['one', 'two'];
  const client = connect({ ...options, token: async () => tokens.shift() });
  await settled();
  socket().welcome();
  socket().serve({ type: 'token_expiring', payload: { expires_at: '2026-01-01T00:00:00Z' } });
  await settled();
  const { id, payload } = socket().last('refresh_token');
  assert.equal(payload.token, 'two');
  socket().accept(id, { expires_at: '2027-01-01T00:00:00Z' });
  assert.equal(client.state.name, 'open');
});

test('without a new token no refresh is sent', async () => {
  open();
  socket().serve({ type: 'token_expiring', payload: { expires_at: '2026-01-01T00:00:00Z' } });
  await settled();
  assert.equal(socket().last('refresh_token'), undefined);
});

test('cancel works before the run id is known', () => {
  const thread = open().thread('t1');
  thread.send('hello');
  thread.cancel();
  assert.equal(socket().last('cancel_run').payload.command_id, socket().last('user_message').id);
});

test('a thread can be read from now on, and from its start later', () => {
  const thread = open().thread('t1');
  thread.subscribe(() => {}, { from: 'now' });
  assert.deepEqual(socket().last('subscribe').payload.threads, [{ thread_id: 't1' }]);
  socket().serve({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, head: 5, after: 5 } }, said(6));
  assert.equal(thread.view.seq, 6);
  thread.subscribe(() => {});
  assert.deepEqual(socket().last('subscribe').payload.threads, [{ thread_id: 't1', after: 0 }]);
  socket().serve(said(7), SUBSCRIBED, said(1));
  assert.deepEqual(thread.view.messages.map(({ text }) => text), ['1']);
});

test('the iteration over events ends with the client', async () => {
  const client = open();
  const seqs = [];
  const reading = (async () => {
    for await (const event of client.thread('t1')) seqs.push(event.seq);
  })();
  socket().serve(SUBSCRIBED, said(1), said(2), said(2), said(3));
  await settled();
  client.close();
  await reading;
  assert.deepEqual(seqs, [1, 2, 3]);
});

test('leaving the iteration ends the subscription', async () => {
  const client = open();
  const iterator = client.thread('t1')[Symbol.asyncIterator]();
  const first = iterator.next();
  socket().serve(SUBSCRIBED, said(1));
  assert.equal((await first).value.seq, 1);
  await iterator.return();
  assert.deepEqual(socket().last('unsubscribe').payload.threads, ['t1']);
});

test('an error thrown by a listener does not affect the connection', () => {
  const client = open();
  const later = mock.method(globalThis, 'queueMicrotask', () => {});
  client.thread('t1').subscribe((view) => { if (view.seq === 1) throw new Error('mine'); });
  socket().serve(SUBSCRIBED, said(1), said(2));
  assert.equal(client.thread('t1').view.seq, 2);
  assert.throws(later.mock.calls[0].arguments[0], { message: 'mine' });
});
