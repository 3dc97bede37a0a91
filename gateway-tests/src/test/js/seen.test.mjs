/** What the person has seen: acks of threads, given by the application or by a page that is visible. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { SUBSCRIBED, begin, end, open, said, settled, socket } from './scripted.mjs';

const GLOBALS = ['document', 'addEventListener'];
let page;

beforeEach(() => {
  begin();
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  globalThis.document = page;
  globalThis.addEventListener = page.addEventListener.bind(page);
});
afterEach(() => {
  for (const name of GLOBALS) delete globalThis[name];
  end();
});

const started = (seq) => ({ type: 'agent_started', thread_id: 't1', seq, run_id: `r${seq}`,
  payload: { agent: 'builtin', message_id: 'm' } });
const ended = (seq, type = 'agent_completed') => ({ type, thread_id: 't1', seq, run_id: `r${seq - 1}`,
  payload: { text: 'done', finish: 'stop' } });
const caughtUp = (seq) => ({ type: 'caught_up', thread_id: 't1', payload: { seq } });
const acks = () => socket().sent.filter(({ type }) => type === 'ack')
  .map(({ thread_id, payload }) => `${thread_id} ${payload.seq}`);
const turn = (visibilityState) => {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
};
const reconnect = (client) => {
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  socket().welcome();
};

test('the end of a run that a visible page shows is acknowledged', () => {
  const client = open();
  client.thread('t1').subscribe(() => {});
  socket().serve(SUBSCRIBED, caughtUp(0), started(1));
  assert.deepEqual(acks(), []);
  socket().serve(ended(2), started(3), ended(4, 'agent_failed'), started(5), ended(6, 'agent_cancelled'));
  assert.deepEqual(acks(), ['t1 2', 't1 4', 't1 6']);
});

test('of what was stored only the newest end is acknowledged', () => {
  const client = open();
  client.thread('t1').subscribe(() => {});
  socket().serve(SUBSCRIBED, started(1), ended(2), started(3), ended(4), said(5));
  assert.deepEqual(acks(), []);
  socket().serve(caughtUp(5));
  assert.deepEqual(acks(), ['t1 4']);
});

test('a page in the background acknowledges when it comes to the front', () => {
  const client = open();
  client.thread('t1').subscribe(() => {});
  turn('hidden');
  socket().serve(SUBSCRIBED, caughtUp(0), started(1), ended(2));
  assert.deepEqual(acks(), []);
  turn('visible');
  turn('visible');
  assert.deepEqual(acks(), ['t1 2']);
});

test('a thread that was left before is not acknowledged', () => {
  const client = open();
  const leave = client.thread('t1').subscribe(() => {});
  turn('hidden');
  socket().serve(SUBSCRIBED, caughtUp(0), started(1), ended(2));
  leave();
  turn('visible');
  assert.deepEqual(acks(), []);
});

test('without a page the application acknowledges', () => {
  delete globalThis.document;
  const client = open();
  const thread = client.thread('t1');
  thread.subscribe(() => {});
  socket().serve(SUBSCRIBED, caughtUp(0), started(1), ended(2));
  assert.deepEqual(acks(), []);
  thread.ack();
  thread.ack(1);
  thread.ack(99);
  assert.deepEqual(acks(), ['t1 2']);
});

test('an application may decide alone', () => {
  const client = open({ acknowledge: false });
  client.thread('t1').subscribe(() => {});
  socket().serve(SUBSCRIBED, caughtUp(0), started(1), ended(2));
  turn('visible');
  assert.deepEqual(acks(), []);
  client.thread('t1').ack(1);
  assert.deepEqual(acks(), ['t1 1']);
});

test('an ack that a connection may have lost is sent on the next, however long ago that was', () => {
  const client = open();
  client.thread('t1').subscribe(() => {});
  socket().serve(SUBSCRIBED, caughtUp(0), started(1), ended(2));
  reconnect(client);
  assert.deepEqual(acks(), ['t1 2']);
  // A machine that sleeps runs no timers, and its socket does not end
  mock.timers.setTime(Date.now() + 3_600_000);
  reconnect(client);
  assert.deepEqual(acks(), ['t1 2']);
});

test('of many acks the newest are sent again, so that they are no flood', () => {
  const client = open({ acknowledge: false });
  for (let count = 1; count <= 70; count++) {
    const thread = client.thread(`t${count}`);
    thread.subscribe(() => {});
    const here = (frame) => ({ ...frame, thread_id: thread.id });
    socket().serve(here(SUBSCRIBED), here(said(1)));
    thread.ack();
  }
  const newest = Array.from({ length: 64 }, (_, index) => `t${index + 7} 1`);
  for (let times = 0; times < 2; times++) {
    reconnect(client);
    assert.deepEqual(acks(), newest);
  }
});

test('an ack without a connection is sent with the next one, however late', () => {
  const client = open({ acknowledge: false });
  client.thread('t1').subscribe(() => {});
  socket().serve(SUBSCRIBED, caughtUp(0), started(1), ended(2));
  socket().onclose({ code: 1012 });
  client.thread('t1').ack();
  mock.timers.tick(client.state.retryInMs + 600_000);
  socket().welcome();
  assert.deepEqual(acks(), ['t1 2']);
});

test('a deleted thread begins anew', () => {
  const client = open();
  client.thread('t1').subscribe(() => {});
  socket().serve(SUBSCRIBED, caughtUp(0), said(1), said(2), started(3), ended(4));
  socket().serve({ type: 'gap', thread_id: 't1', payload: { reason: 'deleted', epoch: 'e2', oldest: 1 } },
    caughtUp(0), started(1), ended(2));
  assert.deepEqual(acks(), ['t1 4', 't1 2']);
});

test('a refused ack is sent again, or left, and is no error of the application', async () => {
  const client = open();
  const errors = [];
  client.on('error', ({ code }) => errors.push(code));
  client.thread('t1').subscribe(() => {});
  socket().serve(SUBSCRIBED, caughtUp(0), started(1), ended(2));
  socket().serve({ type: 'rejected', id: socket().last('ack').id, thread_id: 't1',
    payload: { code: 'overloaded', message: '-', retry_after_ms: 50 } });
  mock.timers.tick(50);
  assert.deepEqual(acks(), ['t1 2', 't1 2']);
  socket().serve({ type: 'rejected', id: socket().last('ack').id, thread_id: 't1',
    payload: { code: 'invalid_argument', message: '-' } });
  await settled();
  assert.deepEqual(errors, []);
});

test('a closed client does not listen to the page', () => {
  const client = open();
  client.thread('t1').subscribe(() => {});
  turn('hidden');
  socket().serve(SUBSCRIBED, caughtUp(0), started(1), ended(2));
  client.close();
  turn('visible');
  assert.deepEqual(acks(), []);
});
