import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';
import { Http } from '../../../../gateway/src/main/resources/console/parley/http.js';
import { StreamLink } from
  '../../../../gateway/src/main/resources/console/parley/stream-link.js';
import { SUBSCRIBED, said, settled } from './scripted.mjs';

/** Fails to open, as behind a proxy without WebSocket support. */
class BlockedSocket {
  static tried = 0;

  constructor() {
    BlockedSocket.tried++;
    queueMicrotask(() => this.onclose({ code: 1006 }));
  }

  close() {}
}

let server, calls, streams, client;

beforeEach(async () => {
  mock.method(Math, 'random', () => 0);
  [BlockedSocket.tried, calls, streams] = [0, [], []];
  server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${server.address().port}/ws`;
  client = connect({ url, token: 'jwt', WebSocket: BlockedSocket });
});

afterEach(() => {
  client.close();
  server.closeAllConnections();
  server.close();
  mock.restoreAll();
});

async function serve(request, response) {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { method, url, headers } = request;
  calls.push({ method, url, token: headers.authorization, body: body && JSON.parse(body) });
  if (url === '/v1/session') return void response.end('{"user_id":"ada"}');
  if (headers.accept === 'text/event-stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    return void streams.push(response);
  }
  const { id, payload } = JSON.parse(body);
  if (payload.content === 'too fast') {
    const frame = { type: 'rejected', id, payload: { code: 'rate_limited', message: 'Slower.' } };
    return void response.writeHead(429, { 'retry-after': '2' }).end(JSON.stringify(frame));
  }
  response.end(JSON.stringify({ type: 'accepted', id, payload: { seq: 1 } }));
}

function push(...frames) {
  for (const frame of frames) streams.at(-1).write(`data: ${JSON.stringify(frame)}\n\n`);
}

const until = async (condition) => {
  while (!condition()) await new Promise((resolve) => { setImmediate(resolve); });
};

test('with WebSocket blocked, events arrive on an event stream and commands are sent by POST', async () => {
  const thread = client.thread('t1');
  thread.subscribe(() => {});
  assert.equal((await thread.send('hello')).seq, 1);
  assert.deepEqual(client.state, { name: 'open', via: 'http' });
  assert.equal(BlockedSocket.tried, 2);
  await until(() => streams.length);
  push(SUBSCRIBED, said(1), said(2));
  await until(() => thread.view.seq === 2);
  const posted = calls.find(({ method }) => method === 'POST');
  assert.deepEqual([posted.url, posted.token], ['/v1/commands', 'Bearer jwt']);
  assert.equal(posted.body.payload.content, 'hello');
});

test('a broken stream continues from the cursor, after one more try with a WebSocket', async () => {
  const thread = client.thread('t1');
  thread.subscribe(() => {});
  await until(() => streams.length);
  push(SUBSCRIBED, said(1));
  await until(() => thread.view.seq === 1);
  streams[0].destroy();
  await until(() => streams.length === 2);
  assert.equal(calls.at(-1).url, '/v1/threads/t1/events?after=1&epoch=e1');
  assert.equal(BlockedSocket.tried, 3);
  push({ ...SUBSCRIBED, payload: { ...SUBSCRIBED.payload, after: 1 } }, said(2));
  await until(() => thread.view.seq === 2);
});

test('a refusal over HTTP is the same error', async () => {
  const refused = client.thread('t1').send('too fast');
  await assert.rejects(refused, { code: 'rate_limited', retryable: true, retryAfterMs: 2000 });
  assert.equal(client.state.name, 'open');
});

test('unsubscribing from a thread ends its stream', async () => {
  const leave = client.thread('t1').subscribe(() => {});
  await until(() => streams.length);
  leave();
  await once(streams[0], 'close');
});

for (const [status, expected] of [[200, []], [403, []], [429, []], [401, [4401]], [undefined, [1006]]]) {
  test(`a probe answered with ${status ?? 'nothing'} means ${expected[0] ?? 'a live connection'}`, async () => {
    const codes = [];
    const call = async (method, path) => {
      if (path === 'v1/agents' && status !== 200) throw Object.assign(new Error('no'), { status });
      return {};
    };
    const link = new StreamLink({ call }, { received: () => {}, lost: (code) => codes.push(code) });
    link.probe();
    await settled();
    assert.deepEqual(codes, expected);
  });
}

const REFUSED = { type: 'rejected', id: 'c1', payload: { code: 'rate_limited', retry_after_ms: 1500 } };
const DATES = { 'retry-after': 'Sat, 28 Nov 2026 18:00:09 GMT', date: 'Sat, 28 Nov 2026 18:00:02 GMT' };
for (const [what, body, headers, expected] of [
  ['the frame, which is exact', REFUSED, { 'retry-after': '2' }, 1500],
  ['the frame, if the page cannot read the header', REFUSED, {}, 1500],
  ['a problem', { code: 'rate_limited', retry_after_ms: 0 }, { 'retry-after': '2' }, 0],
  ['the header in seconds', { code: 'rate_limited' }, { 'retry-after': ' 2 ' }, 2000],
  ['the header as a date', {}, DATES, 7000],
  ['the header as a past date', {}, { ...DATES, date: 'Sat, 28 Nov 2026 19:00:00 GMT' }, 0],
  ['an invalid header', {}, { 'retry-after': '-5' }, undefined],
  ['nothing', { retry_after_ms: 'soon' }, {}, undefined],
]) {
  test(`the wait is taken from ${what}`, async () => {
    const answer = async () => new Response(JSON.stringify(body), { status: 429, headers });
    const call = new Http('http://gateway/', () => 'jwt', answer).call('POST', 'v1/commands', {});
    await assert.rejects(call, ({ retryAfterMs }) => retryAfterMs === expected);
  });
}

test('a date is compared with the local clock if the answer has no date', async () => {
  const headers = { 'retry-after': new Date(Date.now() + 60_000).toUTCString() };
  const answer = async () => new Response('{}', { status: 503, headers });
  const call = new Http('http://gateway/', () => 'jwt', answer).call('GET', 'v1/session');
  await assert.rejects(call, ({ retryAfterMs }) => retryAfterMs > 30_000 && retryAfterMs <= 60_000);
});
