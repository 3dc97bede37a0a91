/** Without a WebSocket: an event stream for each thread; one may end without the others. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';
import { SUBSCRIBED, said } from './scripted.mjs';

let server, url, streams, calls, answer, client;

beforeEach(async () => {
  mock.method(Math, 'random', () => 0);
  [streams, calls, answer, client] = [[], [], () => false, null];
  server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${server.address().port}/ws`;
});

afterEach(() => {
  client?.close();
  server.closeAllConnections();
  server.close();
  mock.restoreAll();
});

const say = (response, status, body, headers) =>
  response.writeHead(status, headers).end(JSON.stringify(body));

async function serve(request, response) {
  let text = '';
  for await (const chunk of request) text += chunk;
  const token = request.headers.authorization?.slice('Bearer '.length);
  const call = { path: request.url, token, text };
  calls.push(call);
  if (answer(call, response)) return;
  if (call.path === '/v1/session') return say(response, 200, { limits: { connections: 5 } });
  const thread = call.path.match(/^\/v1\/threads\/(\w+)\/events/)?.[1];
  if (!thread) {
    const { id } = JSON.parse(text);
    return say(response, 200, { type: 'accepted', id, payload: { seq: 1 } });
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  const stream = { thread, token, path: call.path, response, isOpen: true };
  response.on('close', () => { stream.isOpen = false; });
  streams.push(stream);
  push(stream, { ...SUBSCRIBED, thread_id: thread }, { type: 'caught_up', thread_id: thread });
}

function push({ response }, ...frames) {
  for (const frame of frames) response.write(`data: ${JSON.stringify(frame)}\n\n`);
}

const until = async (condition) => {
  while (!condition()) await new Promise((resolve) => { setImmediate(resolve); });
};
const openStreams = () => streams.filter(({ isOpen }) => isOpen).map(({ thread }) => thread).sort();
const states = () => {
  const seen = [];
  client.on('state', ({ name, code }) => seen.push(code ?? name));
  return seen;
};
const errors = () => {
  const seen = [];
  client.on('error', ({ threadId, code }) => seen.push([threadId, code]));
  return seen;
};
const start = (token = 'jwt') => { client = connect({ url, token, WebSocket: null }); };
const follow = (...ids) => {
  for (const id of ids) client.thread(id).subscribe(() => {});
  return until(() => openStreams().length === Math.min(5, ids.length));
};

test('a stream that ends with its token is reopened with the new token', async () => {
  const asked = mock.fn(async ({ isExpiring } = {}) => (isExpiring ? 'two' : asked.mock.callCount() ? 'two' : 'one'));
  start(asked);
  await follow('t1', 't2');
  const seen = states();
  push(streams[0], { ...said(1), thread_id: streams[0].thread });
  for (const stream of streams.slice()) push(stream, { type: 'token_expiring', payload: {} });
  await until(() => asked.mock.callCount() === 2);
  await client.thread('t9').chat('x');
  assert.equal(calls.at(-1).token, 'two');
  // A second signal, for a token that is already replaced.
  push(streams[1], { type: 'token_expiring', payload: {} });
  for (const stream of streams.slice()) stream.response.end('event: close\ndata: {"code":4401}\n\n');
  await until(() => streams.length === 4 && openStreams().length === 2);
  assert.deepEqual(streams.slice(2).map(({ token }) => token), ['two', 'two']);
  const [again] = streams.slice(2).filter(({ thread }) => thread === streams[0].thread);
  assert.match(again.path, /after=1&epoch=e1$/);
  assert.deepEqual([seen, client.state.name, asked.mock.callCount()], [[], 'open', 2]);
});

test('a command whose token was replaced in flight is sent again with the new one', async () => {
  start(async ({ isExpiring } = {}) => (isExpiring ? 'two' : 'one'));
  await follow('t1');
  let refuse;
  answer = ({ text, token }, response) => {
    if (!text || token === 'two') return false;
    refuse = () => say(response, 401, { code: 'token_expired' });
    return true;
  };
  const chat = client.thread('t1').chat('x');
  await until(() => refuse);
  const seen = states();
  let isRefreshed = false;
  client.on('frame', ({ frame }) => { isRefreshed ||= frame.type === 'refresh_token'; });
  push(streams[0], { type: 'token_expiring', payload: {} });
  await until(() => isRefreshed);
  refuse();
  assert.equal((await chat).seq, 1);
  assert.deepEqual(seen, []);
});

test('a stream closed with 4401 closes the client if the token is the same', async () => {
  start(async () => 'one');
  await follow('t1');
  streams[0].response.end('event: close\ndata: {"code":4401}\n\n');
  await until(() => client.state.name === 'closed');
  assert.equal(client.state.code, 4401);
});

test('with five connections allowed, five of six threads are read and the sixth gets an error', async () => {
  start();
  const reported = errors();
  await follow('a', 'b', 'c', 'd', 'e', 'f');
  assert.deepEqual([openStreams(), reported], [['a', 'b', 'c', 'd', 'e'], [['f', 'quota_exceeded']]]);
  assert.equal(client.thread('f').view.caughtUp, false);
  await client.thread('f').chat('x');
  assert.equal(client.state.name, 'open');
  assert.equal(streams.length, 5);
});

test('a refused stream does not affect the others, and is retried', async () => {
  let isFull = true;
  answer = ({ path }, response) => isFull && path.includes('/b/') && Boolean(
    say(response, 429, { code: 'quota_exceeded', detail: 'Full.' }, { 'retry-after': '0' }) ?? true);
  start();
  const [reported, seen] = [errors(), states()];
  await follow('a', 'c');
  client.thread('b').subscribe(() => {});
  await until(() => calls.filter(({ path }) => path.includes('/b/')).length === 3);
  assert.deepEqual(openStreams(), ['a', 'c']);
  isFull = false;
  await until(() => openStreams().length === 3);
  assert.deepEqual(reported, [['b', 'quota_exceeded']]);
  assert.deepEqual(seen, ['open']);
  await until(() => client.thread('b').view.caughtUp);
  assert.equal(client.thread('b').refusal, null);
});

for (const [what, act, expected] of [
  ['that is forbidden', (stream) => push(stream, { type: 'rejected', id: 'stream', payload: { code: 'forbidden' } }),
    'forbidden'],
  ['whose place another connection took', (stream) =>
    stream.response.end('event: close\ndata: {"code":4409}\n\n'), 'quota_exceeded'],
]) {
  test(`a thread ${what} gets an error, and is not retried alone`, async () => {
    start();
    await follow('a', 'b');
    const [reported, seen] = [errors(), states()];
    const stream = streams.find(({ thread }) => thread === 'b');
    act(stream);
    await until(() => reported.length);
    await client.thread('a').chat('x');
    assert.deepEqual([reported, openStreams(), streams.length, seen], [[['b', expected]], ['a'], 2, []]);
  });
}

test('the client is closed when the place of its last stream is taken', async () => {
  start();
  await follow('a');
  streams[0].response.end('event: close\ndata: {"code":4409}\n\n');
  await until(() => client.state.name === 'closed');
  assert.equal(client.state.code, 4409);
});

test('a command that the gateway rejects fails; a lost one is sent again', async () => {
  const seen = [];
  answer = ({ text }, response) => {
    if (!text) return false;
    const { id } = JSON.parse(text);
    seen.push(text);
    if (id === 'c1') return Boolean(say(response, 500, { type: 'rejected', id, payload: { code: 'internal' } }) ?? true);
    if (seen.length === 2) return Boolean(response.end('<html>') ?? true);
    if (seen.length === 3) return Boolean(say(response, 502, {}) ?? true);
    if (seen.length === 4) return Boolean(say(response, 200, { type: 'accepted', id: 'c9' }) ?? true);
    return false;
  };
  start();
  await assert.rejects(client.thread('t1').chat('x', { id: 'c1' }), { code: 'internal', commandId: 'c1' });
  assert.equal((await client.thread('t1').chat('x', { id: 'c2' })).seq, 1);
  assert.equal(seen.length, 5);
  assert.equal(new Set(seen.slice(1)).size, 1);
});

test('a command refused by a draining gateway is sent again after the given wait', async () => {
  let times = 0;
  answer = ({ text }, response) => {
    if (!text || times++) return false;
    const frame = { type: 'rejected', id: JSON.parse(text).id, payload: { code: 'draining' } };
    return Boolean(say(response, 503, frame, { 'retry-after': '1' }) ?? true);
  };
  start();
  const waits = [];
  client.on('state', ({ retryInMs }) => retryInMs !== undefined && waits.push(retryInMs));
  assert.equal((await client.thread('t1').chat('x')).seq, 1);
  assert.deepEqual([waits, times], [[1_000], 2]);
});
