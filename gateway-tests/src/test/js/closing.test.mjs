/** A listener closes or reconnects the client during a callback. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { ScriptedSocket, answerSession, begin, end, options, settled, socket } from './scripted.mjs';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';

beforeEach(begin);
afterEach(end);

const minute = async () => {
  for (let second = 0; second < 60; second++) {
    mock.timers.tick(1_000);
    await settled();
  }
};
const lose = () => socket().onclose({ code: 1006 });

for (const [what, status] of [['a refused token', 401], ['a full gateway', 503]]) {
  test(`a client closed by the error listener on ${what} stays closed`, async () => {
    answerSession(status);
    const client = connect(options);
    client.on('error', () => client.close());
    lose();
    await settled();
    await new Promise(setImmediate);
    await settled();
    assert.deepEqual(client.state, { name: 'closed', code: 1000 });
    await minute();
    assert.deepEqual([client.state.name, ScriptedSocket.all.length], ['closed', 1]);
  });
}

test('a client closed by the error listener on a missing token stays closed', async () => {
  let asked = 0;
  const client = connect({ ...options, token: async () => { asked++; throw new Error('no'); } });
  client.on('error', () => client.close());
  await settled();
  assert.deepEqual(client.state, { name: 'closed', code: 1000 });
  await minute();
  assert.deepEqual([client.state.name, asked], ['closed', 1]);
});

test('a client reconnected by the error listener on a missing token has one connection', async () => {
  let isGiven = false;
  const token = async () => { if (!isGiven) throw new Error('no'); return 'jwt'; };
  const client = connect({ ...options, token });
  client.on('error', () => {
    isGiven = true;
    client.reconnect();
  });
  await settled();
  socket().welcome();
  await minute();
  assert.equal(ScriptedSocket.all.filter(({ isClosed }) => !isClosed).length <= 1, true);
  client.close();
  assert.ok(ScriptedSocket.all.every(({ isClosed }) => isClosed));
});

test('a client closed by the state listener while it reconnects requests no token', async () => {
  let asked = 0;
  const client = connect({ ...options, token: async () => { asked++; return 'jwt'; } });
  await settled();
  socket().welcome();
  lose();
  client.on('state', ({ name }) => name === 'connecting' && client.close());
  await minute();
  assert.deepEqual([client.state.name, asked], ['closed', 1]);
});

test('a client that is closed by who sees its welcome stays closed, without an error', async () => {
  const errors = [];
  const client = connect(options);
  client.on('error', (error) => errors.push(error.message));
  client.on('frame', ({ frame }) => frame.type === 'welcome' && client.close());
  socket().welcome();
  await settled();
  assert.deepEqual([client.state, errors], [{ name: 'closed', code: 1000 }, []]);
});

test('who connects again at a welcome is let in by the next welcome only', async () => {
  const client = connect(options);
  const stop = client.on('frame', ({ frame }) => {
    if (frame.type !== 'welcome') return;
    stop();
    client.close();
    client.reconnect();
  });
  socket().welcome();
  await settled();
  assert.deepEqual([client.state.name, ScriptedSocket.all.length], ['connecting', 2]);
  socket().welcome();
  assert.equal(client.state.name, 'open');
  client.close();
});

test('a client that is closed does not wait for the answer to why it could not connect', async () => {
  let asked;
  mock.method(globalThis, 'fetch', (url, { signal }) => {
    asked = signal;
    return new Promise(() => {});
  });
  const client = connect(options);
  lose();
  await settled();
  assert.equal(asked.aborted, false);
  client.close();
  assert.equal(asked.aborted, true);
});
