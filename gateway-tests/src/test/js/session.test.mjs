/** The token of the console, which all of its tabs share. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

const STORED = 'parley.token';
const GLOBALS = ['location', 'document', 'localStorage'];
let stored;
let tabs = 0;

beforeEach(() => {
  stored = new Map();
  globalThis.location = { hash: '' };
  globalThis.document = { getElementById: () => null };
  globalThis.localStorage = {
    getItem: (name) => stored.get(name) ?? null,
    removeItem: (name) => stored.delete(name),
  };
});
afterEach(() => {
  for (const name of GLOBALS) delete globalThis[name];
});

const store = (token) =>
  stored.set(STORED, JSON.stringify({ token, expires_at: '2999-01-01T00:00:00Z' }));
const openTab = () =>
  import(`../../../../gateway/src/main/resources/console/page/session.js?tab=${tabs++}`);

test('the token that was refused is forgotten', async () => {
  store('one');
  const { token, forgetToken } = await openTab();
  assert.equal(await token(), 'one');
  forgetToken();
  assert.equal(await token(), null);
});

test('a newer token that another tab has stored is kept', async () => {
  store('one');
  const { token, forgetToken } = await openTab();
  await token();
  store('two');
  forgetToken();
  assert.equal(await token(), 'two');
  forgetToken();
  assert.equal(await token(), null);
});
