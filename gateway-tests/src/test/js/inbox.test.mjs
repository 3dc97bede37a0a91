/** The inbox: notifications, each given once, and acks that have no answer. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { begin, end, open, socket } from './scripted.mjs';

beforeEach(begin);
afterEach(end);

const INBOX = '@inbox';
const subscribed = (payload) => ({ type: 'subscribed', thread_id: INBOX,
  payload: { epoch: 'e1', oldest: 1, head: 9, after: 0, ...payload } });
const caughtUp = (seq) => ({ type: 'caught_up', thread_id: INBOX, payload: { seq } });
const sent = (seq, title = `n${seq}`) => ({ type: 'notification', thread_id: INBOX, seq,
  timestamp: 't', payload: { notification_id: `n_${seq}`, title, body: 'b', priority: 'low' } });
const acks = () => socket().sent.filter(({ type }) => type === 'ack').map(({ payload }) => payload.seq);
const titles = (view) => view.notifications.map(({ title }) => title);
const reconnect = (client) => {
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  socket().welcome();
};

test('without a cursor the view begins after what is acknowledged', () => {
  const client = open();
  client.inbox.subscribe(() => {});
  assert.deepEqual(socket().last('subscribe').payload.threads, [{ thread_id: INBOX }]);
  socket().serve(subscribed({ after: 3 }), sent(4), sent(5), caughtUp(5));
  const { view } = client.inbox;
  assert.deepEqual([view.acknowledged, view.seq, view.caughtUp], [3, 5, true]);
  assert.deepEqual(titles(view), ['n4', 'n5']);
});

test('each notification is given once, also over a reconnection', () => {
  const client = open();
  const given = [];
  client.onNotification(({ title }) => given.push(title));
  socket().serve(subscribed(), sent(1), caughtUp(1));
  reconnect(client);
  assert.deepEqual(socket().last('subscribe').payload.threads,
    [{ thread_id: INBOX, after: 1, epoch: 'e1' }]);
  socket().serve(subscribed({ after: 1 }), sent(2), caughtUp(2));
  assert.deepEqual(given, ['n1', 'n2']);
});

test('a listener that comes later gets what is not acknowledged', () => {
  const client = open();
  client.inbox.subscribe(() => {});
  socket().serve(subscribed(), sent(1), sent(2), caughtUp(2));
  client.inbox.ack(1);
  const given = [];
  client.onNotification(({ title }) => given.push(title));
  assert.deepEqual(given, ['n2']);
});

test('an ack is cumulative, and sent once per connection', () => {
  const client = open();
  client.inbox.subscribe(() => {});
  socket().serve(subscribed(), sent(1), sent(2), sent(3), caughtUp(3));
  client.inbox.ack(2);
  client.inbox.ack(1);
  assert.deepEqual(acks(), [2]);
  assert.deepEqual(titles(client.inbox.view), ['n3']);
  client.inbox.ack();
  assert.deepEqual(acks(), [2, 3]);
  assert.deepEqual(titles(client.inbox.view), []);
  reconnect(client);
  assert.deepEqual(acks(), [3]);
});

test('what another device has acknowledged is shown no more', () => {
  const client = open();
  const given = [];
  client.inbox.subscribe(() => {});
  client.onNotification(({ title }) => given.push(title));
  const seen = (seq) => ({ type: 'acknowledged', thread_id: INBOX, payload: { seq } });
  socket().serve(subscribed(), sent(1), sent(2), caughtUp(2), seen(1));
  assert.deepEqual(titles(client.inbox.view), ['n2']);
  socket().serve(seen(1), seen(0), seen('9'), seen(undefined), seen(2 ** 60));
  assert.equal(client.inbox.view.acknowledged, 1);
  socket().serve(seen(3), sent(3), sent(4));
  assert.deepEqual(titles(client.inbox.view), ['n4']);
  assert.deepEqual(given, ['n1', 'n2', 'n4']);
  client.inbox.ack(3);
  assert.deepEqual(acks(), []);
});

test('what another device has acknowledged meanwhile is shown and given no more after a reconnection', () => {
  const client = open();
  const given = [];
  client.onNotification(({ title }) => given.push(title));
  socket().serve(subscribed(), sent(1), sent(2), caughtUp(2));
  reconnect(client);
  socket().serve(subscribed({ after: 2 }), { type: 'acknowledged', thread_id: INBOX, payload: { seq: 3 } },
    sent(3), sent(4), caughtUp(4));
  assert.deepEqual(titles(client.inbox.view), ['n4']);
  assert.deepEqual(given, ['n1', 'n2', 'n4']);
});

test('a notification that is read again, for a loop over the inbox, is shown and given once', () => {
  const client = open();
  const given = [];
  client.onNotification(({ title }) => given.push(title));
  socket().serve(subscribed(), sent(1), sent(2), caughtUp(2));
  client.thread(INBOX).subscribe(() => {});
  socket().serve(subscribed(), sent(1), sent(2), sent(3), caughtUp(3));
  assert.deepEqual([titles(client.inbox.view), client.inbox.view.seq], [['n1', 'n2', 'n3'], 3]);
  assert.deepEqual(given, ['n1', 'n2', 'n3']);
});

test('a handler of a thread is told what another device has acknowledged', () => {
  const client = open();
  const told = [];
  client.thread('t').subscribe((view, frame) => told.push([view.seq, frame?.type, frame?.payload?.seq]));
  const of = (type, payload) => ({ type, thread_id: 't', payload });
  socket().serve(of('subscribed', { epoch: 'e1', oldest: 1, head: 0, after: 0 }),
    of('caught_up', { seq: 0 }), of('acknowledged', { seq: 7 }));
  assert.deepEqual(told.at(-1), [0, 'acknowledged', 7]);
});

test('an ack without a connection is sent with the next one', () => {
  const client = open();
  client.inbox.subscribe(() => {});
  socket().serve(subscribed(), sent(1), caughtUp(1));
  socket().onclose({ code: 1012 });
  client.inbox.ack();
  mock.timers.tick(client.state.retryInMs);
  socket().welcome();
  assert.deepEqual(acks(), [1]);
});

test('an ack that the gateway has no room for is sent again', () => {
  const client = open();
  const errors = [];
  client.on('error', ({ code }) => errors.push(code));
  client.inbox.subscribe(() => {});
  socket().serve(subscribed(), sent(1), caughtUp(1));
  client.inbox.ack();
  socket().refuse(socket().last('ack').id, { code: 'overloaded', message: '-', retry_after_ms: 50 });
  mock.timers.tick(50);
  assert.deepEqual(acks(), [1, 1]);
  socket().refuse(socket().last('ack').id, { code: 'forbidden', message: '-' });
  assert.deepEqual(errors, ['forbidden']);
});

test('in another epoch nothing is acknowledged', () => {
  const client = open();
  const given = [];
  client.onNotification(({ title }) => given.push(title));
  socket().serve(subscribed(), sent(1), caughtUp(1));
  client.inbox.ack();
  socket().serve({ type: 'gap', thread_id: INBOX,
    payload: { reason: 'epoch_changed', epoch: 'e2', oldest: 1 } }, sent(1, 'new'), caughtUp(1));
  assert.deepEqual(titles(client.inbox.view), ['new']);
  assert.deepEqual(given, ['n1', 'new']);
  reconnect(client);
  assert.deepEqual(acks(), []);
});

test('the inbox is left with its last handler', () => {
  const client = open();
  const leave = [client.inbox.subscribe(() => {}), client.onNotification(() => {})];
  socket().serve(subscribed(), caughtUp(0));
  leave[0]();
  assert.equal(socket().last('unsubscribe'), undefined);
  leave[1]();
  assert.deepEqual(socket().last('unsubscribe').payload.threads, [INBOX]);
});
