import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';
import { masked } from '../../../../gateway/src/main/resources/console/parley/mask.js';
import { begin, end, options, settled, socket } from './scripted.mjs';

beforeEach(begin);
afterEach(end);

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl';

test('a new token is sent, and masked for frame listeners', async () => {
  const seen = [];
  const token = async ({ isExpiring } = {}) => (isExpiring ? TOKEN : 'old');
  const client = connect({ ...options, token });
  client.on('frame', (traffic) => seen.push(traffic));
  await settled();
  socket().welcome();
  socket().serve({ type: 'token_expiring', payload: {} });
  await settled();
  assert.equal(socket().last('refresh_token').payload.token, TOKEN);
  const shown = seen.find(({ frame }) => frame.type === 'refresh_token');
  assert.equal(shown.frame.payload.token, '•••');
  assert.ok(shown.size > TOKEN.length);
  socket().serve({ type: 'rejected', id: 'x', payload: { code: 'forbidden', token: TOKEN } });
  assert.ok(!JSON.stringify(seen).includes(TOKEN));
});

test('every frame with a token is masked, and no other frame is changed', () => {
  for (const type of ['authenticate', 'refresh_token', 'anything']) {
    const frame = { type, id: '1', payload: { token: TOKEN, more: 1 } };
    assert.deepEqual(masked(frame), { type, id: '1', payload: { token: '•••', more: 1 } });
    assert.equal(frame.payload.token, TOKEN);
  }
  for (const frame of [{}, { payload: null }, { payload: 'x' }, { payload: { token: 3 } }]) {
    assert.equal(masked(frame), frame);
  }
});

test('an error message that quotes the subprotocol shows no token', async () => {
  class StrictSocket {
    constructor(_, protocols) {
      throw new SyntaxError(`The subprotocol '${protocols[1]}' is invalid.`);
    }
  }
  const errors = [];
  const client = connect({ ...options, token: async () => `${TOKEN}\n`, WebSocket: StrictSocket });
  client.on('error', (error) => errors.push(error));
  await settled();
  assert.equal(errors.length, 1);
  assert.match(errors[0].message, /bearer\.•••' is invalid/);
  client.close();
});
