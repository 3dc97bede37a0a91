/** What a client leaves behind that is closed, in real time: a timer keeps Node alive. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a client that is closed does not wait for a token', async () => {
  const before = timers();
  const client = connect({ url: 'ws://gateway/ws', token: () => new Promise(() => {}) });
  assert.equal(timers(), before + 1);
  client.close();
  assert.equal(timers(), before);
});

test('a client that is connected again asks for a token again', async () => {
  let asked = 0;
  const client = connect({ url: 'ws://gateway/ws', token: () => new Promise(() => { asked++; }) });
  client.close();
  client.reconnect();
  await new Promise(setImmediate);
  assert.deepEqual([asked, client.state.name], [2, 'connecting']);
  client.close();
});
