/** The client in a page: sleep, the back button, and several clients. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';
import { ScriptedSocket, begin, end, open, options, settled, socket } from './scripted.mjs';

const GLOBALS = ['document', 'addEventListener', 'removeEventListener'];
let window;

beforeEach(() => {
  begin();
  window = new EventTarget();
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  globalThis.addEventListener = window.addEventListener.bind(window);
  globalThis.removeEventListener = window.removeEventListener.bind(window);
});
afterEach(() => {
  for (const name of GLOBALS) delete globalThis[name];
  end();
});

/** Opens a client whose gateway sends heartbeats rarely. */
function openAndQuiet() {
  const client = connect(options);
  socket().welcome({ heartbeat_ms: 20_000 });
  return client;
}

const dispatch = (name, more) => window.dispatchEvent(Object.assign(new Event(name), more));
const show = () => document.dispatchEvent(new Event('visibilitychange'));

test('after a sleep an open socket must answer a ping within seconds', () => {
  const client = openAndQuiet();
  const asleep = socket();
  show();
  assert.equal(asleep.last('ping').id, 'probe');
  mock.timers.tick(5_000);
  assert.deepEqual([client.state.name, asleep.isClosed], ['waiting', true]);
  mock.timers.tick(250);
  socket().welcome();
  assert.equal(client.state.name, 'open');
});

test('a socket that answers after a sleep is kept', () => {
  const client = openAndQuiet();
  show();
  socket().serve({ type: 'pong', id: 'probe', payload: {} });
  mock.timers.tick(40_000);
  assert.deepEqual([client.state.name, ScriptedSocket.all.length], ['open', 1]);
});

test('when the browser is online again, the client retries at once', () => {
  const client = open();
  for (let failure = 0; failure < 8; failure++) {
    socket().onclose({ code: 1012 });
    mock.timers.tick(client.state.retryInMs);
    socket().welcome();
  }
  socket().onclose({ code: 1012 });
  assert.ok(client.state.retryInMs > 10_000);
  dispatch('online');
  assert.equal(client.state.name, 'connecting');
});

test('a hidden page sends no ping', () => {
  open();
  document.visibilityState = 'hidden';
  show();
  assert.equal(socket().last('ping'), undefined);
});

test('a page in the back/forward cache holds no socket, and continues when it is shown', () => {
  const client = open();
  client.thread('t1').subscribe(() => {});
  const left = socket();
  dispatch('pagehide');
  assert.deepEqual([left.isClosed, client.state.name], [true, 'waiting']);
  const said = client.thread('t1').chat('said while it was hidden');
  mock.timers.tick(600_000);
  assert.equal(ScriptedSocket.all.length, 1);
  dispatch('pageshow', { persisted: true });
  socket().welcome();
  assert.deepEqual(socket().sent.map(({ type }) => type), ['subscribe', 'chat']);
  socket().accept(socket().last('chat').id);
  return said;
});

test('a close event delivered after the page is restored is ignored', () => {
  const client = open();
  const left = socket();
  dispatch('pagehide');
  dispatch('pageshow', { persisted: true });
  left.onclose({ code: 1006 });
  socket().welcome();
  assert.deepEqual([client.state.name, ScriptedSocket.all.length], ['open', 2]);
});

test('a newly loaded page is not treated as restored', () => {
  const token = mock.fn(() => new Promise(() => {}));
  connect({ ...options, token });
  dispatch('pageshow', { persisted: false });
  assert.equal(token.mock.callCount(), 1);
});

test('a closed client ignores the events of the page', () => {
  const client = open();
  client.close();
  for (const name of ['pagehide', 'online']) dispatch(name);
  dispatch('pageshow', { persisted: true });
  show();
  assert.deepEqual([client.state.name, ScriptedSocket.all.length], ['closed', 1]);
});

for (const code of [4409, 4403, 1008]) {
  test(`a client that was closed for good with ${code} stays closed when the page is restored`, () => {
    const client = open();
    socket().onclose({ code });
    dispatch('pagehide');
    dispatch('pageshow', { persisted: true });
    assert.deepEqual([client.state, ScriptedSocket.all.length], [{ name: 'closed', code }, 1]);
  });
}

test('ids are made in a page without TLS', () => {
  Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
  try {
    const thread = open().thread('t1');
    for (let count = 0; count < 20; count++) thread.chat('x');
    const ids = socket().sent.filter(({ type }) => type === 'chat').map(({ id }) => id);
    assert.equal(new Set(ids).size, 20);
    for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
  } finally {
    delete crypto.randomUUID;
  }
});

test('threads may have the names of object members', () => {
  const client = open();
  for (const id of ['__proto__', 'constructor', 'toString']) {
    const thread = client.thread(id);
    thread.subscribe(() => {});
    socket().serve(
      { type: 'subscribed', thread_id: id, payload: { epoch: 'e1', oldest: 1, head: 0, after: 0 } },
      { type: 'message_added', thread_id: id, seq: 1,
        payload: { message_id: 'm1', role: 'user', content: id } });
    assert.equal(thread.view.messages[0].text, id);
  }
  const heads = JSON.parse('{"__proto__":2,"constructor":2,"toString":2}');
  socket().sent.length = 0;
  socket().serve({ type: 'heartbeat', payload: { heads } });
  const asked = socket().sent.flatMap(({ payload }) => payload.threads.map(({ thread_id }) => thread_id));
  assert.deepEqual(asked, ['__proto__', 'constructor', 'toString']);
  assert.equal({}.polluted, undefined);
});

test('two clients in one page are independent', async () => {
  const [one, two] = [connect(options), connect(options)];
  ScriptedSocket.all[0].welcome();
  await settled();
  assert.deepEqual([one.state.name, two.state.name], ['open', 'connecting']);
  one.close();
  assert.deepEqual([ScriptedSocket.all[0].isClosed, ScriptedSocket.all[1].isClosed], [true, false]);
});
