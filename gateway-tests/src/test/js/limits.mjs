/**
 * The client against the gateway at PARLEY_URL, which allows five subscriptions a connection and five
 * connections a user. Each test takes a user from PARLEY_TOKENS: places of the one before may not be
 * free yet.
 */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { connect, randomId } from '../../../../gateway/src/main/resources/console/parley.js';
import { startProxy } from './proxy.mjs';

const { PARLEY_URL: url, PARLEY_TOKENS } = process.env;
const LIMIT = 5;
const clients = [];
const tokens = PARLEY_TOKENS.split(' ');
let token;
beforeEach(() => {
  token = tokens.shift();
  assert.ok(token, 'PARLEY_TOKENS has too few');
});
after(() => clients.forEach((client) => client.close()));

function start(options) {
  const client = connect({ url, token, ...options });
  const errors = [];
  client.on('error', ({ code, threadId }) => errors.push([threadId, code]));
  clients.push(client);
  return { client, errors };
}

const opened = (client) => new Promise((resolve) => {
  if (client.state.name === 'open') resolve();
  client.on('state', ({ name }) => name === 'open' && resolve());
});
const seen = async (thread, condition) => {
  let leave;
  await new Promise((resolve) => {
    leave = thread.subscribe((view) => condition(view) && resolve());
  });
  leave();
};
const live = (thread) => seen(thread, ({ caughtUp }) => caughtUp);
const nextError = (client) => new Promise((resolve) => { client.on('error', resolve); });

/** Sends a chat message and waits until the subscribed thread shows it. */
async function noted(thread) {
  const text = randomId();
  await thread.chat(text);
  await seen(thread, ({ messages }) => messages.at(-1)?.text === text);
}

test('more chat messages than subscriptions, each in its own thread', async () => {
  const { client, errors } = start();
  for (let count = 0; count < 4 * LIMIT; count++) await client.thread(randomId()).chat('x');
  assert.deepEqual(errors, []);
  client.close();
});

test('more answers than subscriptions, each in its own thread', async () => {
  const { client, errors } = start();
  for (let count = 0; count < 2 * LIMIT; count++) {
    const thread = client.thread(randomId());
    await thread.send('what is 6*7?');
    for await (const { type } of thread) if (type === 'agent_completed') break;
    assert.match(thread.view.messages.at(-1).text, /42/);
  }
  assert.deepEqual(errors, []);
  client.close();
});

for (const [how, options] of [['WebSocket', {}], ['HTTP', { WebSocket: null }]]) {
  test(`with more threads than the limit, the first ones continue after a reconnection: ${how}`, async () => {
    const { client, errors } = start(options);
    const threads = Array.from({ length: LIMIT + 1 }, () => client.thread(randomId()));
    const [sixth] = threads.splice(LIMIT);
    const leave = threads.map((thread) => thread.subscribe(() => {}));
    const sixthIsLive = live(sixth);
    await Promise.all(threads.map(live));
    // As after a network failure.
    client.distrust();
    assert.equal(client.state.name, 'waiting');
    await opened(client);
    for (const thread of threads) await noted(thread);
    assert.deepEqual(threads.map(({ refusal }) => refusal), Array(LIMIT).fill(null));
    assert.deepEqual([sixth.refusal.code, sixth.view.caughtUp], ['quota_exceeded', false]);
    assert.ok(errors.map(String).includes(`${sixth.id},quota_exceeded`));
    leave[0]();
    await sixthIsLive;
    await noted(sixth);
    client.close();
  });
}

/**
 * Holds the timers of exactly this time, which is what the gateway asks for, until they are rushed;
 * from then on they take no time.
 */
function holdTimers(t, askedMs) {
  const start = globalThis.setTimeout;
  const held = [];
  let isRushed = false;
  t.mock.method(globalThis, 'setTimeout', (callback, ms, ...more) => {
    if (ms !== askedMs || isRushed) return start(callback, ms === askedMs ? 1 : ms, ...more);
    held.push(() => callback(...more));
    return undefined;
  });
  return {
    held,
    rush() {
      isRushed = true;
      for (const run of held) run();
    },
  };
}

test('a stream of another client beyond the limit gets an error, and opens when a place is free', async (t) => {
  const timers = holdTimers(t, 60_000);
  const first = start({ WebSocket: null }).client;
  const second = start({ WebSocket: null });
  await Promise.all([opened(first), opened(second.client)]);
  const [one, two] = [first.thread(randomId()), second.client.thread(randomId())];
  const others = Array.from({ length: LIMIT }, () => first.thread(randomId()));
  for (const thread of others) thread.subscribe(() => {});
  await Promise.all(others.map(live));
  const isLive = live(two);
  await nextError(second.client);
  assert.deepEqual(second.errors, [[two.id, 'quota_exceeded']]);
  assert.equal(second.client.state.name, 'open');
  assert.equal(first.state.name, 'open');
  await one.chat('fine');
  first.close();
  assert.equal(timers.held.length, 1);
  timers.rush();
  await isLive;
  second.client.close();
});

test('a connection lost without a close releases its place to the next one', async (t) => {
  const { client } = start({ url: await startProxy(t, url, { dropsCloses: true }) });
  const others = Array.from({ length: LIMIT - 1 }, () => start().client);
  await Promise.all([client, ...others].map(opened));
  const lost = client.welcome.connection_id;
  for (let times = 0; times < 3; times++) {
    client.distrust();
    await opened(client);
  }
  assert.notEqual(client.welcome.connection_id, lost);
  assert.equal(client.state.via, 'websocket');
  await client.thread(randomId()).chat('here again');
  for (const each of [client, ...others]) each.close();
});
