/** The client with faults in the gateway, in the program that uses it, and in itself. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';
import {
  SUBSCRIBED, ScriptedSocket, begin, end, open, options, said, settled, socket,
} from './scripted.mjs';

beforeEach(begin);
afterEach(end);

const sockets = () => ScriptedSocket.all.length;
const errorsOf = (client) => {
  const errors = [];
  client.on('error', (error) => errors.push(error));
  return errors;
};

for (const heartbeat_ms of [0, -1, 1e12, '5', null, {}]) {
  test(`a heartbeat of ${JSON.stringify(heartbeat_ms)} ms does not close the connection at once`, () => {
    const client = connect(options);
    socket().welcome({ heartbeat_ms });
    mock.timers.tick(100);
    assert.equal(client.state.name, 'open');
  });
}

test('a gateway that always asks for an immediate reconnect is not overloaded', () => {
  const client = open();
  const waits = [];
  for (let times = 0; times < 5; times++) {
    socket().serve({ type: 'goaway', payload: { reconnect_after_ms: 0 } });
    socket().onclose({ code: 1001 });
    waits.push(client.state.retryInMs);
    mock.timers.tick(client.state.retryInMs);
    socket().welcome();
  }
  assert.deepEqual(waits, [0, 500, 1000, 2000, 4000]);
});

for (const [asked, expected] of [[1e15, 300_000], [-5, 250], ['7', 250], [null, 250]]) {
  test(`a reconnect_after_ms of ${JSON.stringify(asked)} makes it wait ${expected} ms`, () => {
    const client = open();
    socket().serve({ type: 'goaway', payload: { reconnect_after_ms: asked } });
    socket().onclose({ code: 1001 });
    assert.equal(client.state.retryInMs, expected);
  });
}

test('signals without a payload or with an invalid one do not close the connection', () => {
  const types = ['welcome', 'accepted', 'rejected', 'error', 'goaway', 'heartbeat', 'subscribed', 'gap',
    'caught_up', 'token_expiring', 'pong', 'constructor', '__proto__', undefined];
  for (const type of types) {
    for (const payload of [undefined, null, 7, 'x', [], [null]]) {
      const client = open();
      client.thread('t1').subscribe(() => {});
      socket().serve({ type, id: 'x', thread_id: 't1', payload });
      assert.equal(client.state.name, 'open', `${type} ${payload}`);
      client.close();
    }
  }
});

test('an unreadable frame closes the connection, and throws nothing', () => {
  const client = open();
  const errors = errorsOf(client);
  client.thread('t1').subscribe(() => {});
  const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const frame = JSON.stringify(said(1)).replace('"1"', nested);
  socket().serve(SUBSCRIBED);
  socket().onmessage({ data: frame });
  assert.equal(client.state.name, 'waiting');
  assert.match(errors[0].message, /makes no sense/);
});

test('a socket whose send throws is lost, and its commands are sent again', () => {
  const client = open();
  socket().send = () => { throw new Error('broken'); };
  client.thread('t1').send('hello');
  assert.equal(client.state.name, 'waiting');
  mock.timers.tick(client.state.retryInMs);
  socket().welcome();
  assert.equal(socket().last('user_message').payload.content, 'hello');
});

test('a command sent twice with one id is sent once, and both callers get its answer', async () => {
  const thread = open().thread('t1');
  const answers = [thread.send('hello', { id: 'c1' }), thread.send('hello', { id: 'c1' })];
  assert.equal(socket().sent.filter(({ type }) => type === 'user_message').length, 1);
  socket().accept('c1', { seq: 3 });
  assert.deepEqual((await Promise.all(answers)).map(({ seq }) => seq), [3, 3]);
});

test('another command with the id of a waiting one is refused', async () => {
  const thread = open().thread('t1');
  const first = thread.send('hello', { id: 'c1' });
  const conflict = { code: 'idempotency_conflict', retryable: false };
  await assert.rejects(thread.send('other', { id: 'c1' }), conflict);
  socket().accept('c1');
  await first;
});

test('a value that JSON cannot represent is refused, not thrown', async () => {
  const round = {};
  round.round = round;
  const refused = open().thread('t1').start('builtin', round);
  await assert.rejects(refused, { code: 'invalid_argument', retryable: false });
});

for (const reason of [new Error('no session'), null, undefined]) {
  test(`a token callback that rejects (${reason?.message}) is called again`, async () => {
    const token = mock.fn(() => Promise.reject(reason));
    const client = connect({ ...options, token });
    const errors = errorsOf(client);
    await settled();
    assert.deepEqual([client.state.name, errors.length], ['waiting', 1]);
    mock.timers.tick(client.state.retryInMs);
    assert.equal(token.mock.callCount(), 2);
    client.close();
  });
}

test('a token callback that does not settle times out and is called again', async () => {
  const late = [];
  const client = connect({ ...options, token: () => new Promise((resolve) => { late.push(resolve); }) });
  mock.timers.tick(15_000);
  await settled();
  assert.equal(client.state.name, 'waiting');
  late[0]('too late');
  await settled();
  assert.equal(sockets(), 0);
  mock.timers.tick(client.state.retryInMs);
  late[1]('in time');
  await settled();
  assert.deepEqual(socket().protocols, ['parley.v1', 'bearer.in time']);
});

test('a new token that never reached the gateway is used for the next connection', async () => {
  const tokens = ['one', 'two', 'two'];
  connect({ ...options, token: async () => tokens.shift() });
  await settled();
  socket().welcome();
  socket().serve({ type: 'token_expiring', payload: {} });
  await settled();
  socket().onclose({ code: 4401 });
  mock.timers.tick(250);
  await settled();
  assert.deepEqual(socket().protocols, ['parley.v1', 'bearer.two']);
});

test('however many token_expiring signals arrive, one new token is requested at a time', async () => {
  const token = mock.fn(({ isExpiring } = {}) => (isExpiring ? new Promise(() => {}) : 'jwt'));
  connect({ ...options, token });
  await settled();
  socket().welcome();
  for (let times = 0; times < 9; times++) socket().serve({ type: 'token_expiring', payload: {} });
  await settled();
  assert.equal(token.mock.callCount(), 2);
});

test('a new token is sent however many commands are unanswered', async () => {
  const tokens = ['one', 'two'];
  const client = connect({ ...options, token: async () => tokens.shift() });
  await settled();
  socket().welcome();
  for (let count = 0; count < 32; count++) client.thread('t1').send(`${count}`);
  socket().serve({ type: 'token_expiring', payload: {} });
  await settled();
  assert.equal(socket().last('refresh_token').payload.token, 'two');
});

test('an iteration can be left while it waits for the next event', async () => {
  const events = open().thread('t1')[Symbol.asyncIterator]();
  const next = events.next();
  await settled();
  await events.return();
  assert.deepEqual(await next, { done: true, value: undefined });
  assert.deepEqual(socket().last('unsubscribe').payload.threads, ['t1']);
});

test('a slow iteration fails at the limit of its queue', async () => {
  const events = open().thread('t1')[Symbol.asyncIterator]();
  const first = events.next();
  socket().serve(SUBSCRIBED);
  for (let seq = 1; seq <= 10_001; seq++) socket().serve(said(seq));
  await assert.rejects(first.then(() => events.next()), { code: 'overloaded' });
});

test('a listener added twice is called twice, and may be removed once', () => {
  const client = open();
  const listener = mock.fn();
  const [leave] = [client.thread('t1').subscribe(listener), client.thread('t1').subscribe(listener)];
  const [leaveState] = [client.on('state', listener), client.on('state', listener)];
  leave();
  leaveState();
  assert.equal(socket().last('unsubscribe'), undefined);
  listener.mock.resetCalls();
  socket().serve(SUBSCRIBED, said(1));
  socket().onclose({ code: 1006 });
  assert.equal(listener.mock.callCount(), 3);
});

const STATES = {
  'while a token is requested': () => connect({ ...options, token: () => new Promise(() => {}) }),
  'while the socket opens': () => connect(options),
  'while it is open': () => open(),
  'while it waits': () => {
    const client = open();
    socket().onclose({ code: 1006 });
    return client;
  },
  'while it calls the session': () => {
    const client = connect(options);
    socket().onclose({ code: 1006 });
    return client;
  },
  'when the gateway has closed it': () => {
    const client = open();
    socket().onclose({ code: 4403 });
    return client;
  },
};

for (const [when, make] of Object.entries(STATES)) {
  test(`closed ${when}, it stays closed: no socket, no retry, one state change`, async () => {
    const client = make();
    const code = client.state.code === 4403 ? 4403 : 1000;
    const states = [];
    client.on('state', (state) => states.push(state.name));
    client.close();
    client.close();
    await settled();
    const before = sockets();
    mock.timers.tick(600_000);
    await settled();
    assert.deepEqual(client.state, { name: 'closed', code });
    assert.deepEqual(states, code === 1000 ? ['closed'] : []);
    assert.equal(sockets(), before);
    assert.ok(ScriptedSocket.all.every((each) => each.isClosed));
    await assert.rejects(client.thread('t1').send('late'), { name: 'ParleyError' });
  });
}

test('a command sent in a reconnect from the state listener is kept, earlier ones fail', async () => {
  const client = open();
  const before = client.thread('t1').send('before');
  let after;
  client.on('state', ({ name }) => {
    if (name !== 'closed') return;
    client.reconnect();
    after = client.thread('t1').send('after');
  });
  socket().onclose({ code: 4409 });
  await assert.rejects(before, { code: 'disconnected' });
  socket().welcome();
  socket().accept(socket().last('user_message').id, { seq: 1 });
  assert.equal((await after).seq, 1);
});

test('a thread is one object, and an invalid name is refused by the client', () => {
  const client = open();
  assert.equal(client.thread('t1'), client.thread('t1'));
  for (const id of ['', 'a b', '../x', 'x'.repeat(65), undefined, null, '@outbox']) {
    assert.throws(() => client.thread(id), { name: 'TypeError', message: /expected/ });
  }
});

test('misspelled names are reported', () => {
  assert.throws(() => open().on('message', () => {}), { message: /expected: state, error or frame/ });
  assert.throws(() => connect({ token: 'jwt' }), { message: /url: undefined/ });
});

test('a hundred thousand deltas of an answer use the memory of their text', () => {
  const thread = open().thread('t1');
  let events = 0;
  thread.subscribe((view, frame) => { events += frame?.seq ? 1 : 0; });
  const event = (seq, type, payload) => ({ type, thread_id: 't1', run_id: 'r', seq, payload });
  socket().serve(SUBSCRIBED, event(1, 'agent_started', { agent: 'a', message_id: 'm0' }));
  const before = process.memoryUsage().heapUsed;
  for (let seq = 2; seq <= 100_001; seq++) {
    socket().serve(event(seq, 'agent_message', { message_id: 'm', offset: 4 * (seq - 2), delta: 'word' }));
  }
  assert.equal(events, 100_001);
  assert.equal(thread.view.messages.length, 1);
  assert.equal(thread.view.messages[0].text.length, 400_000);
  assert.ok(process.memoryUsage().heapUsed - before < 128 * 1024 * 1024);
});
