/** Cancelling a run, with or without a subscription to its thread. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';
import { SUBSCRIBED, begin, end, open, options, said, settled, socket } from './scripted.mjs';

beforeEach(begin);
afterEach(end);

const started = { type: 'agent_started', thread_id: 't1', run_id: 'r1', seq: 2,
  payload: { agent: 'a', message_id: 'm1' } };
const completed = { type: 'agent_completed', thread_id: 't1', run_id: 'r1', seq: 3,
  payload: { text: 'hi', finish: 'stop' } };
const CAUGHT_UP = { type: 'caught_up', thread_id: 't1', payload: { seq: 2 } };
const openRuns = { open_runs: [{ thread_id: 't1', run_id: 'r1' }, { thread_id: 't2', run_id: 'r2' }] };
const target = () => socket().last('cancel_run')?.payload;

test('right after a reload the open run of the welcome is cancelled', async () => {
  const client = connect(options);
  const cancelled = client.thread('t1').cancel();
  socket().welcome(openRuns);
  await settled();
  assert.deepEqual(target(), { run_id: 'r1' });
  socket().accept(socket().last('cancel_run').id, { state: 'cancelling' });
  assert.equal((await cancelled).state, 'cancelling');
});

test('without an open run in the welcome, the thread is read', async () => {
  const client = open();
  const cancelled = client.thread('t1').cancel();
  assert.deepEqual(socket().last('subscribe').payload.threads, [{ thread_id: 't1', after: 0 }]);
  socket().serve(SUBSCRIBED, said(1), started, CAUGHT_UP);
  await settled();
  assert.deepEqual(target(), { run_id: 'r1' });
  socket().accept(socket().last('cancel_run').id, { state: 'cancelling' });
  assert.equal((await cancelled).state, 'cancelling');
});

test('if the run of the welcome has ended, the thread is read for another one', async () => {
  const client = connect(options);
  socket().welcome({ open_runs: [{ thread_id: 't1', run_id: 'r0' }] });
  const cancelled = client.thread('t1').cancel();
  assert.deepEqual(target(), { run_id: 'r0' });
  socket().accept(socket().last('cancel_run').id, { state: 'completed' });
  await settled();
  socket().serve(SUBSCRIBED, said(1), started, CAUGHT_UP);
  await settled();
  assert.deepEqual(target(), { run_id: 'r1' });
  socket().accept(socket().last('cancel_run').id, { state: 'cancelling' });
  assert.equal((await cancelled).state, 'cancelling');
});

test('if the run of the welcome is not found, the thread is read for another one', async () => {
  const client = connect(options);
  socket().welcome(openRuns);
  const cancelled = client.thread('t1').cancel();
  socket().refuse(socket().last('cancel_run').id, { code: 'not_found', message: 'No such run.' });
  await settled();
  socket().serve(SUBSCRIBED, said(1), CAUGHT_UP);
  assert.deepEqual(await cancelled, {});
});

test('without an open run nothing is cancelled, and no subscription stays', async () => {
  const cancelled = open().thread('t1').cancel();
  socket().serve(SUBSCRIBED, said(1), started, completed, CAUGHT_UP);
  assert.deepEqual(await cancelled, {});
  assert.equal(target(), undefined);
  assert.deepEqual(socket().last('unsubscribe').payload.threads, ['t1']);
});

test('a subscribed thread without an open run has nothing to cancel', async () => {
  const thread = open().thread('t1');
  thread.subscribe(() => {});
  socket().serve(SUBSCRIBED, said(1), started, completed, CAUGHT_UP);
  assert.deepEqual(await thread.cancel(), {});
});

test('a thread that was unsubscribed is read again, independent of the last message sent there', async () => {
  const thread = open().thread('t1');
  const sent = thread.send('x', { id: 'c1' });
  socket().accept('c1', { seq: 1, run_id: 'r1' });
  await sent;
  socket().serve(SUBSCRIBED, said(1), started, completed, CAUGHT_UP);
  thread.cancel();
  assert.deepEqual(socket().last('subscribe').payload.threads, [{ thread_id: 't1', after: 3, epoch: 'e1' }]);
  socket().serve({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, after: 3 } },
    { ...started, run_id: 'r2', seq: 4 }, CAUGHT_UP);
  await settled();
  assert.deepEqual(target(), { run_id: 'r2' });
});

test('a reader from now on may cancel an earlier run', async () => {
  const thread = open().thread('t1');
  thread.subscribe(() => {}, { from: 'now' });
  socket().serve({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, head: 2, after: 2 } }, CAUGHT_UP);
  thread.cancel();
  socket().serve(SUBSCRIBED, said(1), started, CAUGHT_UP);
  await settled();
  assert.deepEqual(target(), { run_id: 'r1' });
});

test('a cancel that waits for a connection means the run that was seen, not the next one', () => {
  const client = open();
  const thread = client.thread('t1');
  thread.subscribe(() => {});
  socket().serve(SUBSCRIBED, said(1), started, CAUGHT_UP);
  socket().onclose({ code: 1012 });
  thread.cancel();
  mock.timers.tick(client.state.retryInMs);
  socket().welcome({ open_runs: [{ thread_id: 't1', run_id: 'r2' }] });
  assert.deepEqual(target(), { run_id: 'r1' });
});

test('a cancel is rejected if its thread cannot be read', async () => {
  const cancelled = open().thread('t1').cancel();
  socket().refuse(socket().last('subscribe').id, { code: 'forbidden', message: 'No.' });
  await assert.rejects(cancelled, { code: 'forbidden', threadId: 't1' });
});

test('a queued message is cancelled by its command id', () => {
  open().thread('t1').cancel('c7');
  assert.deepEqual(target(), { command_id: 'c7' });
});

test('after a refused message there is nothing to cancel', async () => {
  const thread = open().thread('t1');
  thread.subscribe(() => {});
  socket().serve(SUBSCRIBED, CAUGHT_UP);
  for (const [id, answer] of [['c1', thread.send('x', { id: 'c1' })], ['c2', thread.start('a', 'x', { id: 'c2' })]]) {
    socket().refuse(id, { code: 'rate_limited', message: 'Slower.' });
    await assert.rejects(answer, { code: 'rate_limited' });
  }
  assert.deepEqual(await thread.cancel(), {});
  assert.equal(target(), undefined);
});

test('after a refused message the one before it can be cancelled, unless it was refused too', async () => {
  const thread = open().thread('t1');
  thread.subscribe(() => {});
  socket().serve(SUBSCRIBED, CAUGHT_UP);
  const answers = ['c1', 'c2', 'c3'].map((id) => thread.send('x', { id }));
  socket().accept('c1', { seq: 3, run_id: 'r1' });
  for (const id of ['c2', 'c3']) socket().refuse(id, { code: 'thread_busy', message: 'Busy.' });
  await Promise.allSettled(answers);
  thread.cancel();
  assert.deepEqual(target(), { command_id: 'c1' });
});
