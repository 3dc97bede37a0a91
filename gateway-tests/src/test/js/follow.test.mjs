/** The subscriptions of a connection: up to the limit, and only for threads that are read. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';
import { Subscriptions } from '../../../../gateway/src/main/resources/console/parley/subscriptions.js';
import { SUBSCRIBED, begin, end, open, options, said, settled, socket } from './scripted.mjs';

beforeEach(begin);
afterEach(end);

const LIMIT = 3;
const limited = () => {
  const client = connect(options);
  socket().welcome({ limits: { subscriptions: LIMIT } });
  return client;
};
const errorsOf = (client) => {
  const errors = [];
  client.on('error', ({ code, threadId }) => errors.push([threadId, code]));
  return errors;
};
const asked = () => socket().sent.filter(({ type }) => type === 'subscribe')
  .map(({ payload }) => payload.threads.map(({ thread_id }) => thread_id));
const begun = (thread_id, payload) =>
  ({ ...SUBSCRIBED, thread_id, payload: { ...SUBSCRIBED.payload, ...payload } });
const caughtUp = (thread_id = 't1') => ({ type: 'caught_up', thread_id, payload: { seq: 0 } });
const reconnect = (client, more = { limits: { subscriptions: LIMIT } }) => {
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  socket().welcome(more);
};
const QUOTA = { code: 'quota_exceeded', message: 'Too many.' };

test('after a reconnection threads are subscribed up to the limit; each other one gets an error', () => {
  const client = limited();
  const views = new Map();
  for (const id of ['a', 'b', 'c', 'd', 'e']) client.thread(id).subscribe((view) => views.set(id, view));
  for (const id of ['a', 'b', 'c']) socket().serve(begun(id), caughtUp(id));
  const errors = errorsOf(client);
  reconnect(client);
  assert.deepEqual(asked(), [['a', 'b', 'c']]);
  assert.deepEqual(errors, [['d', 'quota_exceeded'], ['e', 'quota_exceeded']]);
  assert.deepEqual([...views.values()].map(({ caughtUp: live }) => live), [true, true, true, false, false]);
  assert.deepEqual(['c', 'd'].map((id) => client.thread(id).refusal?.code), [undefined, 'quota_exceeded']);
});

test('a live thread beyond the new limit is no longer caught up', () => {
  const client = open();
  let view;
  client.thread('a').subscribe(() => {});
  client.thread('b').subscribe((now) => { view = now; });
  socket().serve(begun('a'), caughtUp('a'), begun('b'), caughtUp('b'));
  assert.equal(view.caughtUp, true);
  reconnect(client, { limits: { subscriptions: 1 } });
  assert.deepEqual([view.caughtUp, client.thread('b').view.caughtUp], [false, false]);
});

test('a thread beyond the limit is subscribed as soon as another one is unsubscribed', () => {
  const client = limited();
  const leave = ['a', 'b', 'c', 'd', 'e'].map((id) => client.thread(id).subscribe(() => {}));
  assert.deepEqual(asked(), [['a'], ['b'], ['c']]);
  leave[1]();
  assert.deepEqual(asked().at(-1), ['d']);
  assert.deepEqual(socket().sent.at(-2).type, 'unsubscribe');
  socket().serve(begun('d'));
  assert.equal(client.thread('d').refusal, null);
  leave[4]();
  leave[0]();
  assert.equal(asked().length, 4);
});

test('cursors are split into frames of the allowed size', () => {
  const client = open();
  const ids = Array.from({ length: 40 }, (_, index) => `${index}`.padStart(64, 'x'));
  for (const id of ids) client.thread(id).subscribe(() => {});
  reconnect(client, { max_frame_bytes: 1_000 });
  assert.deepEqual(asked().flat(), ids);
  assert.ok(asked().length > 1);
  assert.ok(socket().sent.every((frame) => JSON.stringify(frame).length <= 1_000));
});

test('if one frame of many cursors is refused, only the cursors beyond the limit are dropped', () => {
  const client = open();
  for (const id of ['a', 'b', 'c', 'd', 'e']) client.thread(id).subscribe(() => {});
  const errors = errorsOf(client);
  reconnect(client, {});
  const followed = new Set();
  for (let index = 0; index < socket().sent.length; index++) {
    const { id, type, payload: { threads } } = socket().sent[index];
    assert.equal(type, 'subscribe');
    if (followed.size + threads.length > LIMIT) socket().refuse(id, QUOTA);
    else for (const { thread_id } of threads) socket().serve({ ...begun(thread_id), id }) ?? followed.add(thread_id);
  }
  assert.deepEqual([...followed], ['a', 'b', 'c']);
  assert.deepEqual(errors, [['d', 'quota_exceeded'], ['e', 'quota_exceeded']]);
});

test('a temporary refusal is retried after its wait, and reported once', () => {
  const client = open();
  client.thread('a').subscribe(() => {});
  const errors = errorsOf(client);
  for (let times = 0; times < 3; times++) {
    const { id } = socket().last('subscribe');
    socket().serve({ type: 'rejected', id, thread_id: 'a', payload: { ...QUOTA, retry_after_ms: 700 } });
    assert.equal(asked().length, times + 1);
    mock.timers.tick(700);
    socket().serve({ type: 'heartbeat' });
  }
  assert.deepEqual(errors, [['a', 'quota_exceeded']]);
});

test('a subscription refused for the quota is retried as soon as another one ends', () => {
  const client = open();
  const leave = client.thread('a').subscribe(() => {});
  client.thread('b').subscribe(() => {});
  socket().refuse(socket().last('subscribe').id, { ...QUOTA, retry_after_ms: 60_000 });
  leave();
  assert.deepEqual(asked(), [['a'], ['b'], ['b']]);
});

test('a place that another connection took is not requested again until one is free', () => {
  const sent = [];
  const subscriptions = new Subscriptions((frame) => sent.push(frame.type), () => {});
  const reader = (id) => ({ id, refusal: null, isRead: true, cursor: () => ({ thread_id: id }),
    refused(why) { this.refusal = why; } });
  subscriptions.opened();
  for (const id of ['a', 'b']) subscriptions.follow(reader(id));
  subscriptions.refused('b', QUOTA, true);
  mock.timers.tick(600_000);
  assert.deepEqual(sent, ['subscribe', 'subscribe']);
  subscriptions.leave('a');
  assert.deepEqual(sent.slice(2), ['unsubscribe', 'subscribe']);
});

test('for a thread beyond the limit that is not read, only its command is rejected', async () => {
  const client = limited();
  const errors = errorsOf(client);
  for (const id of ['a', 'b', 'c']) client.thread(id).subscribe(() => {});
  const refused = client.thread('d').send('x', { id: 'c1' });
  socket().refuse('c1', QUOTA);
  await assert.rejects(refused, { code: 'quota_exceeded', commandId: 'c1' });
  assert.deepEqual(errors, []);
});

test('a client closed as soon as it is open subscribes to nothing', () => {
  const client = connect(options);
  const errors = errorsOf(client);
  client.thread('a').subscribe(() => {});
  client.on('state', ({ name }) => name === 'open' && client.close());
  socket().welcome();
  client.thread('b').subscribe(() => {});
  assert.deepEqual([client.state.name, asked(), errors], ['closed', [], []]);
  assert.equal(client.thread('a').refusal, null);
});

test('a permanent refusal is retried only on the next connection', () => {
  const client = open();
  client.thread('a').subscribe(() => {});
  const errors = errorsOf(client);
  socket().refuse(socket().last('subscribe').id, { code: 'forbidden', message: 'No.' });
  for (let second = 0; second < 60; second++) {
    mock.timers.tick(1_000);
    socket().serve({ type: 'heartbeat', payload: { heads: { a: 7 } } });
  }
  assert.deepEqual([asked().length, errors], [1, [['a', 'forbidden']]]);
  reconnect(client, {});
  assert.deepEqual(asked(), [['a']]);
});

test('a thread forbidden by a new token gets an error, and a larger limit is used', async () => {
  const client = connect({ ...options, token: async ({ isExpiring } = {}) => (isExpiring ? 'two' : 'one') });
  const errors = errorsOf(client);
  await settled();
  socket().welcome({ limits: { subscriptions: 1 } });
  for (const id of ['a', 'b']) client.thread(id).subscribe(() => {});
  socket().serve({ type: 'token_expiring', payload: {} });
  await settled();
  socket().accept(socket().last('refresh_token').id, { limits: { subscriptions: 2 }, dropped: ['a'] });
  await settled();
  assert.deepEqual(asked(), [['a'], ['b']]);
  assert.deepEqual(errors, [['b', 'quota_exceeded'], ['a', 'forbidden']]);
});

test('a chat message in a thread that is not read leaves no subscription', async () => {
  const client = limited();
  for (let count = 0; count < 10; count++) {
    const thread = client.thread(`n${count}`);
    const noted = thread.chat('x');
    socket().accept(socket().last('chat').id, { seq: 1 });
    socket().serve(begun(thread.id), { ...said(1), thread_id: thread.id });
    await noted;
    assert.deepEqual(socket().sent.at(-1).payload, { threads: [thread.id] });
    assert.equal(thread.view.seq, 0);
  }
  assert.deepEqual(asked(), []);
  assert.equal(socket().sent.filter(({ type }) => type === 'unsubscribe').length, 10);
});

test('a refused chat message leaves nothing to unsubscribe', async () => {
  const noted = open().thread('t1').chat('x', { id: 'c1' });
  socket().refuse('c1', { code: 'rate_limited', message: 'Slower.' });
  await assert.rejects(noted);
  assert.deepEqual(socket().sent.map(({ type }) => type), ['chat']);
});

test('a thread that is not read stays subscribed until its message is answered', async () => {
  const thread = open().thread('t1');
  const event = (seq, type, payload) => ({ type, thread_id: 't1', run_id: 'r1', seq, payload });
  const sent = thread.send('hello', { id: 'c1' });
  socket().accept('c1', { seq: 1, run_id: 'r1' });
  socket().serve(SUBSCRIBED, caughtUp());
  await sent;
  socket().serve(said(1), event(2, 'agent_started', { agent: 'a', message_id: 'm1' }));
  assert.equal(socket().last('unsubscribe'), undefined);
  socket().serve(event(3, 'agent_completed', { text: 'hi', finish: 'stop' }));
  assert.equal(thread.view.run.state, 'completed');
  assert.deepEqual(socket().last('unsubscribe').payload.threads, ['t1']);
  thread.subscribe(() => {});
  assert.deepEqual(socket().last('subscribe').payload.threads, [{ thread_id: 't1', after: 3, epoch: 'e1' }]);
});

test('a thread that is not read stays subscribed while a message is queued', async () => {
  const thread = open().thread('t1');
  const sent = thread.send('hello', { id: 'c1', whenBusy: 'queue' });
  socket().accept('c1', { seq: 1 });
  await sent;
  const queued = { ...said(1), payload: { ...said(1).payload, queued: true } };
  socket().serve(SUBSCRIBED, queued, caughtUp());
  assert.equal(socket().last('unsubscribe'), undefined);
  socket().serve({ type: 'message_taken_back', thread_id: 't1', seq: 2, payload: { message_id: 'm1' } });
  assert.deepEqual(socket().last('unsubscribe').payload.threads, ['t1']);
});

test('a handler added while a chat message is in flight keeps the subscription', async () => {
  const thread = open().thread('t1');
  const noted = thread.chat('x', { id: 'c1' });
  thread.subscribe(() => {});
  socket().accept('c1', { seq: 1 });
  await noted;
  assert.equal(socket().last('unsubscribe'), undefined);
});

test('a thread read from now on is read from its start later, also after an unsubscribe', () => {
  const thread = open().thread('t1');
  const leave = thread.subscribe(() => {}, { from: 'now' });
  socket().serve(begun('t1', { head: 5, after: 5 }), said(6));
  leave();
  thread.subscribe(() => {});
  assert.deepEqual(socket().last('subscribe').payload.threads, [{ thread_id: 't1', after: 0 }]);
});

test('the answer to a subscription from now on does not start the one from the beginning', () => {
  const thread = open().thread('t1');
  thread.subscribe(() => {}, { from: 'now' });
  thread.subscribe(() => {});
  socket().serve(begun('t1', { head: 5, after: 5 }), said(6), SUBSCRIBED, said(1));
  assert.equal(thread.view.seq, 1);
});

test('no cursor of one epoch is used in another', () => {
  const thread = open().thread('t1');
  const shown = [];
  thread.subscribe((view, frame) => { if (frame) shown.push(frame.seq ?? frame.type); });
  socket().serve(SUBSCRIBED, said(1), said(2));
  socket().serve(begun('t1', { epoch: 'e2', head: 9, after: 4 }), said(5));
  assert.deepEqual(socket().last('subscribe').payload.threads, [{ thread_id: 't1', after: 0, epoch: 'e2' }]);
  socket().serve(begun('t1', { epoch: 'e2' }), said(1), said(2));
  assert.deepEqual(shown, ['subscribed', 1, 2, 'gap', 'subscribed', 'subscribed', 1, 2]);
});
