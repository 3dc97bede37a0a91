/** Every promise settles, after unreadable frames and after closed connections. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';
import { SUBSCRIBED, answerSession, begin, end, open, options, said, settled, socket } from
  './scripted.mjs';

beforeEach(begin);
afterEach(end);

const UNREADABLE = { code: 'bad_frame', message: 'frame: nested too deep' };
const nested = (depth) => (depth ? [nested(depth - 1)] : []);
const outcome = (promise) => {
  const seen = { state: 'pending' };
  promise.then(() => { seen.state = 'fulfilled'; }, (error) => { seen.state = error.code; });
  return seen;
};
const states = async (outcomes) => {
  await settled();
  return outcomes.map(({ state }) => state);
};

test('an error without an id settles the command that it must concern', async () => {
  const thread = open().thread('t1');
  const outcomes = ['c1', 'c2', 'c3'].map((id) => outcome(thread.chat('x', { id })));
  socket().serve({ type: 'error', payload: UNREADABLE });
  socket().accept('c1');
  assert.deepEqual(await states(outcomes), ['fulfilled', 'pending', 'pending']);
  socket().refuse('c3', { code: 'rate_limited', message: 'Slower.' });
  assert.deepEqual(await states(outcomes), ['fulfilled', 'bad_frame', 'rate_limited']);
});

test('an error without an id settles a single waiting command at once, and is not reported as an error', async () => {
  const client = open();
  const errors = mock.fn();
  client.on('error', errors);
  const refused = client.thread('t1').chat('x', { id: 'c1' });
  socket().serve({ type: 'error', payload: UNREADABLE });
  await assert.rejects(refused, { code: 'bad_frame', commandId: 'c1', retryable: false });
  assert.equal(errors.mock.callCount(), 0);
});

test('as many errors as commands settle all of them, and new commands are accepted', async () => {
  const thread = open().thread('t1');
  const outcomes = Array.from({ length: 32 }, () => outcome(thread.chat('x')));
  for (let count = 0; count < 32; count++) socket().serve({ type: 'error', payload: UNREADABLE });
  assert.deepEqual(new Set(await states(outcomes)), new Set(['bad_frame']));
  const fine = thread.chat('y', { id: 'c1' });
  socket().accept('c1');
  await fine;
});

test('an error does not concern a later command', async () => {
  const thread = open().thread('t1');
  const first = outcome(thread.chat('x', { id: 'c1' }));
  const second = outcome(thread.chat('x', { id: 'c2' }));
  socket().serve({ type: 'error', payload: UNREADABLE });
  const third = outcome(thread.chat('x', { id: 'c3' }));
  socket().accept('c2');
  assert.deepEqual(await states([first, second, third]), ['bad_frame', 'fulfilled', 'pending']);
});

test('an error without a waiting command is reported, and does not concern later ones', async () => {
  const client = open();
  const errors = mock.fn();
  client.on('error', errors);
  socket().serve({ type: 'error', payload: UNREADABLE });
  assert.equal(errors.mock.calls[0].arguments[0].code, 'bad_frame');
  assert.deepEqual(await states([outcome(client.thread('t1').chat('x'))]), ['pending']);
});

test('an error of an earlier connection does not concern commands sent again', async () => {
  const client = open();
  const outcomes = ['c1', 'c2'].map((id) => outcome(client.thread('t1').chat('x', { id })));
  socket().serve({ type: 'error', payload: UNREADABLE });
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  socket().welcome();
  socket().accept('c1');
  assert.deepEqual(await states(outcomes), ['fulfilled', 'pending']);
});

test('an error before the welcome concerns no command', async () => {
  const client = connect(options);
  const waiting = outcome(client.thread('t1').chat('x'));
  socket().serve({ type: 'error', payload: { code: 'unauthenticated', message: 'No.' } });
  assert.deepEqual(await states([waiting]), ['pending']);
});

test('a command nested too deep is refused by the client; the maximum depth is sent', async () => {
  const thread = open().thread('t1');
  const refused = thread.start('builtin', 'x', { context: { a: nested(69) } });
  await assert.rejects(refused, { code: 'invalid_argument', field: '/payload' });
  assert.equal(socket().last('start_agent'), undefined);
  // The frame, its payload, the context and its list add four levels.
  thread.start('builtin', '{"[[[\\"[[', { context: { a: nested(60) } });
  assert.notEqual(socket().last('start_agent'), undefined);
});

for (const id of ['', 'a b', 'é', 'x'.repeat(65), 7, {}]) {
  test(`${JSON.stringify(id)} is not a valid command id`, async () => {
    const refused = open().thread('t1').chat('x', { id });
    await assert.rejects(refused, { code: 'invalid_argument', field: '/id' });
    assert.equal(socket().last('chat'), undefined);
  });
}

test('a command sent again has the same bytes, even if its values have changed', () => {
  const client = open();
  const texts = [];
  const listen = () => { socket().send = (text) => texts.push(text); };
  listen();
  const context = { page: '/é' };
  client.on('frame', ({ frame }) => { if (frame.payload) frame.payload.more = 1; });
  client.thread('t1').start('builtin', 'x', { id: 'c1', context });
  context.page = '/other';
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  listen();
  socket().welcome();
  const sent = texts.filter((text) => text.includes('start_agent'));
  assert.equal(sent.length, 2);
  assert.equal(sent[0], sent[1]);
});

test('a waiting command too long for a new gateway is refused and not sent', async () => {
  const client = connect(options);
  const outcomes = ['x'.repeat(300), 'short'].map((text) => outcome(client.thread('t1').chat(text)));
  socket().welcome({ max_frame_bytes: 200 });
  assert.deepEqual(await states(outcomes), ['frame_too_large', 'pending']);
  assert.equal(socket().sent.filter(({ type }) => type === 'chat').length, 1);
});

test('a duplicate from a deleted thread is answered with its old epoch', async () => {
  const client = open();
  const thread = client.thread('t1');
  thread.subscribe(() => {});
  socket().serve({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, epoch: 'e2' } }, said(1));
  const again = thread.chat('x', { id: 'c5' });
  const answer = { seq: 5, duplicate: true, epoch: 'e1', deleted: true };
  socket().accept('c5', answer);
  assert.deepEqual(await again, { ...answer, id: 'c5' });
  const other = client.thread('t2').chat('x', { id: 'c6' });
  socket().accept('c6', answer);
  await other;
  assert.equal(socket().last('unsubscribe'), undefined);
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  socket().welcome();
  assert.deepEqual(socket().last('subscribe').payload.threads, [{ thread_id: 't1', after: 1, epoch: 'e2' }]);
});

for (const id of ['.', '..', '', 'a/b', 'x'.repeat(65), undefined]) {
  test(`${JSON.stringify(id)} is not a valid thread name`, async () => {
    const client = open();
    const asked = mock.method(globalThis, 'fetch', async () => new Response('{}'));
    assert.throws(() => client.thread(id), { name: 'TypeError', message: /^thread: .*expected: 1 to 64/ });
    await assert.rejects(client.deleteThread(id), { name: 'TypeError', message: /expected: 1 to 64/ });
    assert.equal(asked.mock.callCount(), 0);
  });
}

test('names that only start with dots are valid', () => {
  const client = open();
  for (const id of ['...', '.a', 'a.', '..a']) assert.equal(client.thread(id).id, id);
});

test('every pending promise settles when the client is closed', async () => {
  answerSession(200);
  const client = connect({ ...options, token: () => new Promise(() => {}) });
  const thread = client.thread('t1');
  const waiting = [thread.chat('x'), thread.send('y'), thread.cancel(), client.threads(),
    client.deleteThread('t1'), thread[Symbol.asyncIterator]().next()].map(outcome);
  assert.deepEqual(new Set(await states(waiting)), new Set(['pending']));
  client.close();
  assert.deepEqual(await states(waiting), [...Array(5).fill('disconnected'), 'fulfilled']);
  const late = [thread.chat('x'), thread.cancel(), client.threads()].map(outcome);
  assert.deepEqual(await states(late), ['disconnected', 'disconnected', 'disconnected']);
});
