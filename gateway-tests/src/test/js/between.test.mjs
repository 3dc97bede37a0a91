/** The client behind proxies, on networks with a sign-in page, and in pages without WebSocket. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Backoff } from '../../../../gateway/src/main/resources/console/parley/backoff.js';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';
import { begin, end, options, settled, socket } from './scripted.mjs';

beforeEach(begin);
afterEach(end);

const page = (status) => new Response('<html>Please sign in</html>',
  { status, headers: { 'content-type': 'text/html' } });
const json = (body) => new Response(JSON.stringify(body),
  { headers: { 'content-type': 'application/json' } });

async function pass(seconds) {
  for (let second = 0; second < seconds; second++) {
    await settled();
    mock.timers.tick(1000);
  }
  await settled();
}

test('a sign-in page as an answer does not open the connection', async () => {
  const client = connect({ ...options, WebSocket: null, fetch: async () => page(200) });
  const states = new Set();
  client.on('state', ({ name }) => states.add(name));
  await pass(20);
  assert.ok(!states.has('open'));
  assert.equal(client.welcome, null);
  await assert.rejects(client.threads(), { code: 'disconnected', retryable: true });
});

test('a sign-in page as an event stream is retried later', async () => {
  const fetch = mock.fn(async (url) => (url.includes('/events') ? page(200)
    : json({ user_id: 'ada', heartbeat_ms: 20_000, limits: { connections: 5 } })));
  const client = connect({ ...options, WebSocket: null, fetch });
  client.thread('t1').subscribe(() => {});
  await pass(3);
  const events = fetch.mock.calls.filter(({ arguments: [url] }) => url.includes('/events')).length;
  assert.ok(events >= 2 && events < 20, `${events}`);
});

for (const [status, code, retryable] of [
  [403, 'forbidden', false], [404, 'not_found', false], [413, 'frame_too_large', false],
  [429, 'rate_limited', true], [503, 'overloaded', true], [502, 'internal', true]]) {
  test(`${status} of a proxy is ${code}`, async () => {
    const client = connect({ ...options, fetch: async () => page(status) });
    await settled();
    await assert.rejects(client.threads(), { code, status, retryable });
    client.close();
  });
}

test('a page that may not open a WebSocket uses HTTP', async () => {
  class Forbidden {
    constructor() { throw new DOMException('The operation is insecure.', 'SecurityError'); }
  }
  const fetch = async () => json({ user_id: 'ada', heartbeat_ms: 20_000, limits: {} });
  const client = connect({ ...options, WebSocket: Forbidden, fetch });
  await pass(5);
  assert.deepEqual([client.state.name, client.state.via], ['open', 'http']);
  client.close();
});

test('one token is requested at a time, also when the connection is lost meanwhile', async () => {
  const given = [];
  const token = mock.fn(() => new Promise((resolve) => given.push(resolve)));
  connect({ ...options, token });
  given[0]('one');
  await settled();
  socket().welcome({ heartbeat_ms: 20_000 });
  socket().serve({ type: 'token_expiring', payload: {} });
  await settled();
  socket().onclose({ code: 1006 });
  await pass(2);
  assert.equal(token.mock.callCount(), 2);
  given[1]('two');
  await settled();
  assert.deepEqual(socket().protocols, ['parley.v1', 'bearer.two']);
});

test('a failed token request is repeated', async () => {
  const token = mock.fn(async () => { throw new Error('not now'); });
  const client = connect({ ...options, token });
  await pass(3);
  assert.ok(token.mock.callCount() > 1);
  client.close();
});

test('a change of the system clock does not change the backoff', () => {
  let passed = 0;
  mock.method(performance, 'now', () => passed);
  for (const [lived, step, expected] of [[20_000, -3_600_000, 250], [1_000, 3_600_000, 16_000 / 2]]) {
    const backoff = new Backoff();
    for (let failure = 0; failure < 5; failure++) backoff.nextWaitMs();
    backoff.opened();
    passed += lived;
    mock.method(Date, 'now', () => passed + step);
    assert.equal(backoff.nextWaitMs(), expected);
  }
});
