/** Opening a connection: sockets that fail to open, tokens, and replacing the previous connection. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';
import { SimulatedSocket } from '../../../../gateway/src/main/resources/console/page/simulate.js';
import { ScriptedSocket, answerSession, begin, end, open, options, settled, socket } from './scripted.mjs';

const { WebSocket } = globalThis;

beforeEach(begin);
afterEach(() => {
  globalThis.WebSocket = WebSocket;
  end();
});

const LONG = 'x'.repeat(9_000);
const ofToken = (token) => ['parley.v1', `bearer.${token}`];

/** Lets the socket fail to open, and the backoff pass. */
async function fail(client) {
  socket().onerror({});
  await settled();
  if (client.state.name === 'waiting') mock.timers.tick(client.state.retryInMs);
  await settled();
}

test('an error before a socket opens loses it at once', async () => {
  const client = connect(options);
  socket().onerror({});
  await settled();
  assert.deepEqual(client.state, { name: 'waiting', retryInMs: 250, code: 1006 });
});

for (const [status, headers, expected] of [
  [401, {}, { name: 'waiting', retryInMs: 250, code: 4401 }],
  [403, {}, { name: 'closed', code: 4403 }],
  [429, { 'retry-after': '7' }, { name: 'waiting', retryInMs: 7_000, code: 1006 }],
  [503, { 'retry-after': '3' }, { name: 'waiting', retryInMs: 3_000, code: 1006 }],
]) {
  test(`a handshake refused with ${status} is known at once`, async () => {
    answerSession(status, headers);
    const client = connect(options);
    socket().onerror({});
    await settled();
    assert.deepEqual(client.state, expected);
  });
}

for (const body of ['<h1>Forbidden</h1>', '{"message":"Forbidden"}', '{"code":1020}']) {
  test(`a proxy that forbids is no gateway that does: ${body}`, async () => {
    mock.method(globalThis, 'fetch', async () => new Response(body, { status: 403 }));
    const client = connect(options);
    socket().onerror({});
    await settled();
    assert.deepEqual(client.state, { name: 'waiting', retryInMs: 250, code: 1006 });
  });
}

test('an error and then its close are one loss', async () => {
  const client = connect(options);
  const [states, lost] = [[], socket()];
  client.on('state', ({ name }) => states.push(name));
  lost.onerror({});
  lost.onclose({ code: 1006 });
  await settled();
  assert.deepEqual(states, ['waiting']);
});

test('after an error on an open socket the client waits 1 s for the close code', () => {
  const client = open();
  socket().onerror({});
  assert.equal(client.state.name, 'open');
  socket().onclose({ code: 1013 });
  assert.equal(client.state.code, 1013);
  mock.timers.tick(client.state.retryInMs);
  socket().welcome();
  socket().onerror({});
  mock.timers.tick(1_000);
  assert.deepEqual([client.state.name, client.state.code], ['waiting', 1006]);
});

test('a token too long for a header is sent in the first frame', async () => {
  const client = connect({ ...options, token: LONG });
  assert.deepEqual(socket().protocols, ofToken(LONG));
  await fail(client);
  assert.deepEqual(socket().protocols, ['parley.v1']);
  assert.deepEqual(socket().sent, []);
  const frames = mock.fn();
  client.on('frame', frames);
  socket().onopen();
  assert.deepEqual(socket().sent, [{ type: 'authenticate', payload: { token: LONG } }]);
  assert.equal(frames.mock.callCount(), 0);
  socket().welcome();
  assert.equal(client.state.name, 'open');
});

test('a long token is sent in the first frame after a reconnection too, with the connection it replaces', async () => {
  const client = connect({ ...options, token: LONG });
  await fail(client);
  socket().onopen();
  socket().welcome({ connection_id: 'c_1' });
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  assert.deepEqual(socket().protocols, ['parley.v1']);
  socket().onopen();
  assert.deepEqual(socket().sent, [{ type: 'authenticate', payload: { token: LONG, replaces: 'c_1' } }]);
});

for (const status of [200, 400, 431, 502]) {
  test(`a short token is sent in the first frame if the socket fails to open and HTTP returns ${status}`, async () => {
    answerSession(status);
    const client = connect(options);
    await fail(client);
    assert.deepEqual(socket().protocols, ['parley.v1']);
  });
}

for (const status of [401, 429, 503, null]) {
  test(`a short token stays in the header if the gateway answers ${status ?? 'nothing'}`, async () => {
    answerSession(status);
    const client = connect({ ...options, token: async () => `jwt-${ScriptedSocket.all.length}` });
    await settled();
    await fail(client);
    assert.deepEqual(socket().protocols, ofToken('jwt-1'));
  });
}

test('through the socket of the console the token is sent in the first frame too', async () => {
  globalThis.WebSocket = ScriptedSocket;
  const client = connect({ ...options, token: LONG, WebSocket: SimulatedSocket });
  socket().onclose({ code: 1006 });
  await settled();
  mock.timers.tick(client.state.retryInMs);
  socket().onopen();
  assert.deepEqual(socket().sent, [{ type: 'authenticate', payload: { token: LONG } }]);
  socket().welcome();
  assert.equal(client.state.name, 'open');
});

test('a gateway that gets no token in time closes, and the next try is another way', async () => {
  answerSession(200);
  const client = connect(options);
  const ways = [];
  for (let count = 0; count < 2; count++) {
    ways.push(socket().protocols.length);
    socket().onopen();
    socket().onclose({ code: 4408 });
    await settled();
    assert.equal(client.state.name, 'waiting');
    mock.timers.tick(client.state.retryInMs);
    await settled();
  }
  assert.deepEqual(ways, [2, 1]);
  assert.deepEqual([ScriptedSocket.all.length, client.state], [2, { name: 'open', via: 'http' }]);
});

test('an open connection that times out is opened in the same way again', () => {
  const client = open();
  socket().onclose({ code: 4408 });
  assert.deepEqual(client.state, { name: 'waiting', retryInMs: 250, code: 4408 });
  mock.timers.tick(250);
  assert.deepEqual(socket().protocols, ofToken('jwt'));
});

test('if the first frame fails too, the subprotocol is tried again', async () => {
  const client = connect({ ...options, token: LONG });
  await fail(client);
  await fail(client);
  assert.deepEqual(socket().protocols, ofToken(LONG));
});

test('a token that is not valid in a subprotocol is sent in the first frame', async () => {
  class Strict extends ScriptedSocket {
    constructor(url, protocols) {
      if (protocols.some((name) => name.includes(' '))) throw new SyntaxError('invalid subprotocol');
      super(url, protocols);
    }
  }
  const client = connect({ ...options, token: 'a b', WebSocket: Strict });
  mock.timers.tick(client.state.retryInMs);
  socket().onopen();
  assert.equal(socket().sent[0].payload.token, 'a b');
});

test('a token refused in the first frame is final', async () => {
  const client = connect({ ...options, token: LONG });
  await fail(client);
  socket().onopen();
  socket().serve({ type: 'error', payload: { code: 'unauthenticated', message: 'No.' } });
  socket().onclose({ code: 4401 });
  mock.timers.tick(client.state.retryInMs);
  assert.deepEqual(client.state, { name: 'closed', code: 4401 });
});

test('a new token that was issued too early is asked for again, a second later', async () => {
  answerSession(401);
  const given = [];
  const client = connect({ ...options, token: () => given[given.push(`t${given.length}`) - 1] });
  await settled();
  socket().welcome();
  socket().onclose({ code: 4401 });
  assert.deepEqual(client.state, { name: 'waiting', retryInMs: 250, code: 4401 });
  mock.timers.tick(250);
  await settled();
  socket().onerror({});
  await settled();
  assert.deepEqual(client.state, { name: 'waiting', retryInMs: 1500, code: 4401 });
  mock.timers.tick(1500);
  await settled();
  assert.deepEqual(socket().protocols, ofToken('t2'));
  socket().welcome();
  assert.deepEqual([client.state.name, given.length], ['open', 3]);
});

test('new tokens that are all revoked are asked for ever more rarely', async () => {
  answerSession(401);
  let asked = 0;
  const client = connect({ ...options, token: () => `t${asked++}` });
  await settled();
  const waits = [];
  for (let i = 0; i < 8; i++) {
    socket().onerror({});
    await settled();
    waits.push(client.state.retryInMs);
    mock.timers.tick(client.state.retryInMs);
    await settled();
  }
  assert.equal(asked, 9);
  assert.deepEqual(waits, [250, 1500, 1500, 2000, 4000, 8000, 15_000, 15_000]);
});

test('a new connection replaces the previous one, dead or alive', () => {
  const client = connect(options);
  assert.deepEqual(socket().protocols, ofToken('jwt'));
  for (const connection_id of ['c_1', 'c_2-_']) {
    socket().welcome({ connection_id });
    mock.timers.tick(2_600);
    mock.timers.tick(client.state.retryInMs);
    assert.deepEqual(socket().protocols, [...ofToken('jwt'), `replaces.${connection_id}`]);
  }
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  assert.deepEqual(socket().protocols, [...ofToken('jwt'), 'replaces.c_2-_']);
});

test('a close of the replaced connection does not close the client', () => {
  const client = connect(options);
  const before = socket();
  before.welcome({ connection_id: 'c_1' });
  mock.timers.tick(2_600);
  mock.timers.tick(client.state.retryInMs);
  socket().welcome({ connection_id: 'c_2' });
  before.onclose({ code: 4409 });
  assert.equal(client.state.name, 'open');
  socket().onclose({ code: 4409 });
  assert.deepEqual(client.state, { name: 'closed', code: 4409 });
});

for (const connection_id of ['a b', 'é', '', 7, {}, 'x'.repeat(65)]) {
  test(`${JSON.stringify(connection_id)} is not a valid connection id to replace`, () => {
    const client = connect(options);
    socket().welcome({ connection_id });
    socket().onclose({ code: 1012 });
    mock.timers.tick(client.state.retryInMs);
    assert.deepEqual(socket().protocols, ofToken('jwt'));
  });
}

test('a call waits for the token as a command does', async () => {
  const tokens = [];
  const seen = [];
  mock.method(globalThis, 'fetch', async (url, { method, headers }) => {
    seen.push([method, url, headers.authorization]);
    return new Response('{"threads":[]}');
  });
  const client = connect({ ...options, token: () => new Promise((resolve) => { tokens.push(resolve); }) });
  const calls = [client.threads(), client.deleteThread('t1')];
  await settled();
  assert.deepEqual(seen, []);
  tokens[0]('one');
  await Promise.all(calls);
  assert.deepEqual(seen, [['GET', 'http://gateway/v1/threads?', 'Bearer one'],
    ['DELETE', 'http://gateway/v1/threads/t1', 'Bearer one']]);
});

test('a call waits for the next token request if the first fails, and ends with the client', async () => {
  let ask = () => Promise.reject(new Error('offline'));
  const seen = mock.method(globalThis, 'fetch', async () => new Response('{"threads":[]}'));
  const client = connect({ ...options, token: () => ask() });
  const call = client.threads();
  await settled();
  assert.deepEqual([client.state.name, seen.mock.callCount()], ['waiting', 0]);
  ask = async () => 'two';
  mock.timers.tick(client.state.retryInMs);
  await call;
  const signedOut = connect({ ...options, token: async () => null });
  await assert.rejects(signedOut.threads(), { code: 'unauthenticated' });
  await assert.rejects(signedOut.threads(), { code: 'unauthenticated' });
});

test('a call that waits for a new token uses the current one if none arrives', async () => {
  let ask = async () => 'one';
  const seen = [];
  mock.method(globalThis, 'fetch', async (url, { headers }) => {
    seen.push(headers.authorization);
    return new Response('{"threads":[]}');
  });
  const client = connect({ ...options, token: () => ask() });
  await settled();
  socket().welcome();
  ask = () => Promise.reject(new Error('offline'));
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  await client.threads();
  assert.deepEqual(seen, ['Bearer one']);
});

test('the refreshed token of a lost connection is not used for the next one', async () => {
  const tokens = { first: 'one', newer: 'two' };
  const client = connect({ ...options, token: async ({ isExpiring } = {}) => tokens[isExpiring ? 'newer' : 'first'] });
  await settled();
  socket().welcome();
  socket().serve({ type: 'token_expiring', payload: {} });
  await settled();
  tokens.first = 'three';
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  await settled();
  socket().welcome();
  await settled();
  const seen = [];
  mock.method(globalThis, 'fetch', async (url, { headers }) => {
    seen.push(headers.authorization);
    return new Response('{}');
  });
  await client.threads();
  assert.deepEqual(seen, ['Bearer three']);
});

test('a call whose token was replaced in flight is repeated with the new one', async () => {
  const client = connect({ ...options, token: async ({ isExpiring } = {}) => (isExpiring ? 'two' : 'one') });
  await settled();
  socket().welcome();
  let answerFirst;
  mock.method(globalThis, 'fetch', (url, { headers }) => (headers.authorization === 'Bearer two'
    ? Promise.resolve(new Response('{"threads":[1]}'))
    : new Promise((resolve) => { answerFirst = () => resolve(new Response('{}', { status: 401 })); })));
  const call = client.threads();
  await settled();
  socket().serve({ type: 'token_expiring', payload: {} });
  await settled();
  socket().accept(socket().last('refresh_token').id, {});
  await settled();
  answerFirst();
  assert.deepEqual(await call, { threads: [1] });
});

test('a new token that the gateway refuses is not used for calls', async () => {
  const client = connect({ ...options, token: async ({ isExpiring } = {}) => (isExpiring ? 'bad' : 'one') });
  await settled();
  socket().welcome();
  socket().serve({ type: 'token_expiring', payload: {} });
  await settled();
  socket().refuse(socket().last('refresh_token').id, { code: 'unauthenticated', message: 'No.' });
  await settled();
  const seen = [];
  mock.method(globalThis, 'fetch', async (url, { headers }) => {
    seen.push(headers.authorization);
    return new Response('{}');
  });
  await client.threads();
  assert.deepEqual(seen, ['Bearer one']);
});

test('a new token that arrives after the connection is lost opens the next one', async () => {
  let give;
  const token = ({ isExpiring } = {}) =>
    (isExpiring ? new Promise((resolve) => { give = resolve; }) : 'one');
  const client = connect({ ...options, token });
  await settled();
  socket().welcome();
  socket().serve({ type: 'token_expiring', payload: {} });
  await settled();
  socket().onclose({ code: 1012 });
  mock.timers.tick(client.state.retryInMs);
  give('two');
  await settled();
  assert.deepEqual(socket().protocols, ['parley.v1', 'bearer.two']);
});
