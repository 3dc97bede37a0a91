/** `for await` over a thread: left, started again, several at once. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { SUBSCRIBED, begin, end, open, said, settled, socket } from './scripted.mjs';

beforeEach(begin);
afterEach(end);

const several = (first, last) =>
  Array.from({ length: last - first + 1 }, (_, index) => said(first + index));
const positions = () => socket().last('subscribe').payload.threads;
const GAP = { type: 'gap', thread_id: 't1', payload: { reason: 'epoch_changed', epoch: 'e2', oldest: 1 } };

/** Reads up to this event and leaves the loop. */
async function readTo(thread, last) {
  const seqs = [];
  for await (const { type, seq } of thread) {
    seqs.push(seq ?? type);
    // Longer than the events need to arrive.
    await settled();
    if (seq === last) break;
  }
  return seqs;
}

test('the next loop continues where the last one was left', async () => {
  const thread = open().thread('t1');
  const first = readTo(thread, 4);
  socket().serve(SUBSCRIBED, ...several(1, 12));
  assert.deepEqual(await first, [1, 2, 3, 4]);
  const second = readTo(thread, 13);
  assert.deepEqual(positions(), [{ thread_id: 't1', after: 12, epoch: 'e1' }]);
  socket().serve({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, after: 12 } }, said(13));
  assert.deepEqual(await second, [5, 6, 7, 8, 9, 10, 11, 12, 13]);
});

test('events between two loops are requested again, although a handler has read them', async () => {
  const thread = open().thread('t1');
  const first = readTo(thread, 2);
  thread.subscribe(() => {});
  socket().serve(SUBSCRIBED, ...several(1, 2));
  assert.deepEqual(await first, [1, 2]);
  socket().serve(...several(3, 5));
  const second = readTo(thread, 6);
  assert.deepEqual(positions(), [{ thread_id: 't1', after: 2, epoch: 'e1' }]);
  socket().serve(said(6), { ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, after: 2 } }, ...several(3, 6));
  assert.deepEqual(await second, [3, 4, 5, 6]);
  assert.deepEqual(thread.view.messages.map(({ seq }) => seq), [1, 2, 3, 4, 5, 6]);
});

test('a loop started after the answer to a message reads the whole run', async () => {
  const thread = open().thread('t1');
  const sent = thread.send('hello', { id: 'c1' });
  socket().accept('c1', { seq: 1, run_id: 'r1' });
  socket().serve(SUBSCRIBED, ...several(1, 3));
  await sent;
  const reading = readTo(thread, 3);
  assert.deepEqual(positions(), [{ thread_id: 't1', after: 0, epoch: 'e1' }]);
  socket().serve(SUBSCRIBED, ...several(1, 3));
  assert.deepEqual(await reading, [1, 2, 3]);
});

test('the first loop beside a handler reads new events only', async () => {
  const thread = open().thread('t1');
  thread.subscribe(() => {});
  socket().serve(SUBSCRIBED, ...several(1, 3));
  const reading = readTo(thread, 4);
  socket().serve(said(4));
  assert.deepEqual(await reading, [4]);
});

test('each of two concurrent loops reads every event', async () => {
  const thread = open().thread('t1');
  const both = [readTo(thread, 3), readTo(thread, 2)];
  socket().serve(SUBSCRIBED, ...several(1, 3));
  assert.deepEqual(await Promise.all(both), [[1, 2, 3], [1, 2]]);
  const third = readTo(thread, 4);
  socket().serve(SUBSCRIBED, said(4));
  assert.deepEqual(await third, [4]);
});

const piece = (seq, from, offset, delta) => ({ type: 'agent_message', thread_id: 't1', seq,
  ...(from && { seq_from: from }), run_id: 'r1', payload: { message_id: 'm1', offset, delta } });
const thought = (seq, from, offset, text, subagent) => ({ type: 'agent_thinking', thread_id: 't1', seq,
  ...(from && { seq_from: from }), run_id: 'r1', payload: { phase: 'delta', offset, text, ...(subagent && { subagent }) } });

/** Collects the frames of a loop in a list. */
function collect(thread) {
  const frames = [];
  (async () => { for await (const frame of thread) frames.push(frame); })();
  return frames;
}

test('a loop gets the rest of a merged frame that begins before its cursor', async () => {
  const thread = open().thread('t1');
  const one = collect(thread);
  socket().serve(SUBSCRIBED, said(1), piece(2, 0, 0, 'ab'), piece(3, 0, 2, 'cd'));
  await settled();
  const two = collect(thread);
  assert.deepEqual(positions(), [{ thread_id: 't1', after: 0, epoch: 'e1' }]);
  socket().serve(SUBSCRIBED, said(1), piece(5, 2, 0, 'abcdefgh'), piece(6, 0, 8, 'ij'));
  socket().serve(SUBSCRIBED, said(1), piece(7, 2, 0, 'abcdefghijkl'));
  await settled();
  assert.deepEqual(one.slice(3), [piece(5, 4, 4, 'efgh'), piece(6, 0, 8, 'ij'), piece(7, 0, 10, 'kl')]);
  assert.deepEqual(two.slice(1), [piece(5, 2, 0, 'abcdefgh'), piece(6, 0, 8, 'ij'), piece(7, 0, 10, 'kl')]);
});

test('a loop gets the rest of merged thinking that begins before its cursor', async () => {
  const thread = open().thread('t1');
  const one = collect(thread);
  socket().serve(SUBSCRIBED, said(1), thought(2, 0, 0, 'ab'));
  await settled();
  collect(thread);
  socket().serve(SUBSCRIBED, said(1), thought(3, 2, 0, 'abcd'));
  await settled();
  assert.deepEqual(one.slice(2), [thought(3, 0, 2, 'cd')]);
});

test('a loop that begins at the view gets the rest of a merged frame that begins before it', async () => {
  const by = { id: 's1', name: 'helper' };
  for (const [of, before] of [
    [piece, piece(2, 0, 0, 'ab')], [thought, thought(2, 0, 0, 'ab')],
    [(...at) => thought(...at, by), thought(2, 0, 0, 'ab', by)],
  ]) {
    const client = open();
    const thread = client.thread('t1');
    thread.subscribe(() => {});
    socket().serve(SUBSCRIBED, said(1), before);
    const given = collect(thread);
    await settled();
    socket().serve(SUBSCRIBED, said(1), of(4, 2, 0, 'abcdef'));
    await settled();
    assert.deepEqual(given, [of(4, 3, 2, 'cdef')]);
    client.close();
  }
});

test('a loop that was too slow gets the rest of a merged frame that begins before its last event', async () => {
  const thread = open().thread('t1');
  const slow = (async () => {
    for await (const { seq } of thread) if (seq === 2) socket().serve(...several(3, 10_002));
  })();
  socket().serve(SUBSCRIBED, said(1), piece(2, 0, 0, 'ab'));
  await assert.rejects(slow, { code: 'overloaded' });
  const next = collect(thread);
  socket().serve({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, after: 0 } }, said(1), piece(4, 2, 0, 'abcdef'));
  await settled();
  assert.deepEqual(next, [piece(4, 3, 2, 'cdef')]);
});

test('an event counts as read when the loop throws at it', async () => {
  const thread = open().thread('t1');
  const failing = (async () => {
    for await (const { seq } of thread) if (seq === 2) throw new Error('mine');
  })();
  socket().serve(SUBSCRIBED, ...several(1, 3));
  await assert.rejects(failing, { message: 'mine' });
  assert.deepEqual(socket().last('unsubscribe').payload.threads, ['t1']);
  const next = readTo(thread, 3);
  assert.deepEqual(await next, [3]);
});

test('after a lost connection the subscription starts at the cursor of the slowest loop', async () => {
  const client = open();
  const thread = client.thread('t1');
  const first = readTo(thread, 1);
  thread.subscribe(() => {});
  socket().serve(SUBSCRIBED, said(1));
  await first;
  socket().serve(...several(2, 5));
  const second = readTo(thread, 6);
  socket().serve({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, after: 1 } }, said(2));
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  socket().welcome();
  assert.deepEqual(positions(), [{ thread_id: 't1', after: 2, epoch: 'e1' }]);
  socket().serve({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, after: 2 } }, ...several(3, 6));
  assert.deepEqual(await second, [2, 3, 4, 5, 6]);
});

test('a thread with a new epoch between two loops is a gap, then the new events', async () => {
  const thread = open().thread('t1');
  const first = readTo(thread, 4);
  thread.subscribe(() => {});
  socket().serve(SUBSCRIBED, ...several(1, 4));
  await first;
  socket().serve(GAP, ...several(1, 7));
  assert.equal(thread.view.seq, 7);
  const second = readTo(thread, 7);
  assert.deepEqual(positions(), [{ thread_id: 't1', after: 4, epoch: 'e1' }]);
  // An event of the previous subscription.
  socket().serve(said(5));
  const restarted = { ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, epoch: 'e2' } };
  socket().serve(restarted, GAP, ...several(1, 7));
  assert.deepEqual(await second, ['gap', 1, 2, 3, 4, 5, 6, 7]);
});

test('after a loop that was too slow, the next one continues after its last event', async () => {
  const thread = open().thread('t1');
  const slow = (async () => {
    for await (const { seq } of thread) if (seq === 1) socket().serve(...several(2, 10_001));
  })();
  socket().serve(SUBSCRIBED, said(1));
  await assert.rejects(slow, { code: 'overloaded' });
  const next = readTo(thread, 2);
  assert.deepEqual(positions(), [{ thread_id: 't1', after: 1, epoch: 'e1' }]);
  socket().serve({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, after: 1 } }, said(2));
  assert.deepEqual(await next, [2]);
});

test('a loop that is too slow leaves the connection and other readers as they are', async () => {
  const client = open();
  const thread = client.thread('t1');
  thread.subscribe(() => {});
  const slow = thread[Symbol.asyncIterator]();
  const first = slow.next();
  socket().serve(SUBSCRIBED, said(1));
  await first;
  const asked = socket().sent.length;
  socket().serve(...several(2, 10_010));
  assert.deepEqual([socket().sent.length, client.state.name], [asked, 'open']);
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  socket().welcome();
  assert.deepEqual(positions(), [{ thread_id: 't1', after: 10_010, epoch: 'e1' }]);
  await assert.rejects(slow.next(), { code: 'overloaded' });
  const next = readTo(thread, 2);
  assert.deepEqual(positions(), [{ thread_id: 't1', after: 1, epoch: 'e1' }]);
  socket().serve({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, after: 1 } }, said(2));
  assert.deepEqual(await next, [2]);
});

test('a loop that is too slow is no reason to read an earlier epoch again', async () => {
  const client = open();
  const thread = client.thread('t1');
  thread.subscribe(() => {});
  const slow = assert.rejects(thread[Symbol.asyncIterator]().next(), { code: 'overloaded' });
  socket().serve(SUBSCRIBED, ...several(1, 10_000), GAP, said(1));
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  socket().welcome();
  assert.deepEqual(positions(), [{ thread_id: 't1', after: 1, epoch: 'e2' }]);
  await slow;
});

test('an iterator that is closed before its first event subscribes to nothing', async () => {
  const events = open().thread('t1')[Symbol.asyncIterator]();
  assert.deepEqual(await events.return(7), { done: true, value: 7 });
  assert.deepEqual(await events.next(), { done: true, value: undefined });
  assert.equal(socket().last('subscribe'), undefined);
});

test('unread events are delivered after the client is closed', async () => {
  const client = open();
  const thread = client.thread('t1');
  const reading = readTo(thread, 9);
  socket().serve(SUBSCRIBED, ...several(1, 3));
  client.close();
  assert.deepEqual(await reading, [1, 2, 3]);
  assert.deepEqual(await readTo(thread, 9), []);
});
