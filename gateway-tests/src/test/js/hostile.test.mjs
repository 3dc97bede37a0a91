import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { SUBSCRIBED, begin, end, open, said, socket } from './scripted.mjs';

beforeEach(begin);
afterEach(end);

const GAP = { type: 'gap', thread_id: 't1', payload: { reason: 'retention', epoch: 'e1', oldest: 3 } };

/** Records what a reader gets: the seqs, and `gap` for a restart of the thread. */
function watch(thread) {
  const shown = [];
  thread.subscribe((view, frame) => {
    if (frame?.type === 'gap') shown.push('gap');
    else if (frame?.seq) shown.push(frame.seq);
  });
  return shown;
}

test('with duplicates, gaps and junk no event is shown twice or out of order', () => {
  const shown = watch(open().thread('t1'));
  const junk = [null, 'x', [], {}, 7, { type: 'x', seq: 2 }, { thread_id: 't1' }];
  socket().serve(SUBSCRIBED, said(1), said(1), said(4), ...junk, said(2), said(3));
  assert.equal(socket().last('subscribe').payload.threads[0].after, 1);
  assert.deepEqual(shown, [1, 2, 3]);
});

test('frames that are not JSON are ignored', () => {
  const client = open();
  for (const data of ['', '{', 'null', '[1]', '"x"', '\u0000']) socket().onmessage({ data });
  assert.equal(client.state.name, 'open');
});

test('missing events are requested again, and a gateway that cannot send them is disconnected', () => {
  const client = open();
  watch(client.thread('t1'));
  socket().serve(SUBSCRIBED, said(1));
  for (let times = 0; times < 3; times++) socket().serve(said(9), SUBSCRIBED);
  assert.equal(client.state.name, 'open');
  socket().serve(said(9));
  assert.equal(client.state.name, 'waiting');
});

test('a head of a heartbeat ahead of the cursor causes a new subscription', () => {
  watch(open().thread('t1'));
  socket().serve(SUBSCRIBED, said(1), { type: 'heartbeat', payload: { heads: { t1: 5, t2: 9 } } });
  assert.equal(socket().last('subscribe').payload.threads[0].after, 1);
});

test('a position ahead of the cursor is not accepted', () => {
  const thread = open().thread('t1');
  watch(thread);
  socket().serve(SUBSCRIBED, said(1), { ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, after: 40 } });
  assert.equal(thread.view.seq, 1);
  assert.equal(socket().sent.filter(({ type }) => type === 'subscribe').length, 2);
});

test('merged frames may overlap, but not skip events', () => {
  const shown = watch(open().thread('t1'));
  const delta = (seq_from, seq) => ({ type: 'agent_message', thread_id: 't1', run_id: 'r', seq_from,
    seq, payload: { message_id: 'm', offset: seq_from, delta: 'x'.repeat(seq - seq_from + 1) } });
  socket().serve(SUBSCRIBED, said(1), delta(2, 5), delta(4, 7), delta(9, 12), delta(3, 6));
  assert.deepEqual(shown, [1, 5, 7]);
});

const UNREADABLE = { type: 'error', thread_id: 't1',
  payload: { code: 'internal', message: 'Not readable.', retry_after_ms: 3000 } };
const subscriptions = () => socket().sent.filter(({ type }) => type === 'subscribe');

test('an unreadable thread is subscribed again from the cursor, after the given wait', () => {
  watch(open().thread('t1'));
  socket().serve(SUBSCRIBED, said(1), UNREADABLE);
  socket().serve({ type: 'heartbeat', payload: { heads: { t1: 5 } } });
  mock.timers.tick(2_400);
  socket().serve({ type: 'heartbeat' });
  assert.equal(subscriptions().length, 1);
  mock.timers.tick(600);
  assert.equal(subscriptions().length, 2);
  assert.equal(subscriptions()[1].payload.threads[0].after, 1);
});

/** Lets 3 s pass with heartbeats of the gateway. */
function passThreeSeconds() {
  for (let second = 0; second < 3; second++) {
    mock.timers.tick(1_000);
    socket().serve({ type: 'heartbeat' });
  }
}

test('an unreadable thread that a new connection has subscribed is not subscribed again', () => {
  watch(open().thread('t1'));
  socket().serve(SUBSCRIBED, said(1), UNREADABLE);
  socket().onclose({ code: 1006 });
  mock.timers.tick(500);
  socket().welcome();
  passThreeSeconds();
  assert.equal(subscriptions().length, 1);
});

test('an unreadable thread that is no longer read is not subscribed again', () => {
  const leave = open().thread('t1').subscribe(() => {});
  socket().serve(SUBSCRIBED, said(1), UNREADABLE);
  leave();
  passThreeSeconds();
  assert.equal(subscriptions().length, 1);
});

/** mulberry32: the same numbers for the same seed. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

for (let seed = 1; seed <= 50; seed++) {
  test(`for any frames in any order, each event is shown once and in order (seed ${seed})`, () => {
    const client = open();
    const shown = watch(client.thread('t1'));
    const next = random(seed);
    let sent = 0;
    const moves = [
      () => said(++sent), () => said(++sent), () => said(++sent), () => said(next(sent + 5)),
      () => ({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, after: next(9) } }), () => GAP,
      () => ({ ...said(sent), seq_from: next(20) - 5 }), () => ({ type: 'caught_up', thread_id: 't1' }),
      () => ({ type: 'subscribed', thread_id: 't1', payload: null }), () => ({ ...said(1), seq: {} }),
      () => ({ type: 'heartbeat', payload: { heads: { t1: next(30) } } }), () => next(100),
    ];
    socket().serve(SUBSCRIBED);
    for (let move = 0; move < 400; move++) {
      if (client.state.name === 'open') socket().serve(moves[next(moves.length)]());
      else {
        mock.timers.tick(60_000);
        socket().welcome();
      }
    }
    for (const part of shown.join(' ').split('gap')) {
      const seqs = part.trim().split(' ').filter(Boolean).map(Number);
      assert.deepEqual(seqs, [...new Set(seqs)].sort((one, other) => one - other));
    }
  });
}
