/** Stop, whatever this client knows of the thread. */
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

test('right after a reload the run that the gateway told of is stopped', async () => {
  const client = connect(options);
  const cancelled = client.thread('t1').cancel();
  socket().welcome(openRuns);
  await settled();
  assert.deepEqual(target(), { run_id: 'r1' });
  socket().accept(socket().last('cancel_run').id, { state: 'cancelling' });
  assert.equal((await cancelled).state, 'cancelling');
});

test('where the gateway told of none, the thread is read', async () => {
  const client = open();
  const cancelled = client.thread('t1').cancel();
  assert.deepEqual(socket().last('subscribe').payload.threads, [{ thread_id: 't1', after: 0 }]);
  socket().serve(SUBSCRIBED, said(1), started, CAUGHT_UP);
  await settled();
  assert.deepEqual(target(), { run_id: 'r1' });
  socket().accept(socket().last('cancel_run').id, { state: 'cancelling' });
  assert.equal((await cancelled).state, 'cancelling');
});

test('a run that has ended since the gateway told of it is not all that is looked for', async () => {
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

test('a run that the gateway remembers no more is not all that is looked for', async () => {
  const client = connect(options);
  socket().welcome(openRuns);
  const cancelled = client.thread('t1').cancel();
  socket().refuse(socket().last('cancel_run').id, { code: 'not_found', message: 'No such run.' });
  await settled();
  socket().serve(SUBSCRIBED, said(1), CAUGHT_UP);
  assert.deepEqual(await cancelled, {});
});

test('where no run is open nothing is stopped, and nothing stays followed', async () => {
  const cancelled = open().thread('t1').cancel();
  socket().serve(SUBSCRIBED, said(1), started, completed, CAUGHT_UP);
  assert.deepEqual(await cancelled, {});
  assert.equal(target(), undefined);
  assert.deepEqual(socket().last('unsubscribe').payload.threads, ['t1']);
});

test('a thread that is read and rests has nothing to stop', async () => {
  const thread = open().thread('t1');
  thread.subscribe(() => {});
  socket().serve(SUBSCRIBED, said(1), started, completed, CAUGHT_UP);
  assert.deepEqual(await thread.cancel(), {});
});

test('a thread that was let go of is looked at again, whatever was said here last', async () => {
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

test('who watches from now on may stop what began before', async () => {
  const thread = open().thread('t1');
  thread.subscribe(() => {}, { from: 'now' });
  socket().serve({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, head: 2, after: 2 } }, CAUGHT_UP);
  thread.cancel();
  socket().serve(SUBSCRIBED, said(1), started, CAUGHT_UP);
  await settled();
  assert.deepEqual(target(), { run_id: 'r1' });
});

test('a stop that waits for a connection means the run that was seen, not the next one', () => {
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

test('a stop whose thread cannot be read is refused', async () => {
  const cancelled = open().thread('t1').cancel();
  socket().refuse(socket().last('subscribe').id, { code: 'forbidden', message: 'No.' });
  await assert.rejects(cancelled, { code: 'forbidden', threadId: 't1' });
});

test('a message that waits is taken back by its command', () => {
  open().thread('t1').cancel('c7');
  assert.deepEqual(target(), { command_id: 'c7' });
});
