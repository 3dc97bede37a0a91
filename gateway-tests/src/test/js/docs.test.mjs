/** Checks docs/client.md and parley.d.ts against the client. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import * as parley from '../../../../gateway/src/main/resources/console/parley.js';

const root = new URL('../../../../', import.meta.url);
const resources = 'gateway/src/main/resources/';
const read = (path) => readFile(new URL(path, root), 'utf8');
const page = await read('docs/client.md');
const types = await read(`${resources}console/parley.d.ts`);
const schema = JSON.parse(
  await read(`${resources}dev/parley/gateway/protocol/schema/server.schema.json`));
const codes = schema.$defs.errorCode.enum;

const found = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);
const union = (name) =>
  found(types.match(new RegExp(`export type ${name} =([^;]*);`))[1], /'(\w+)'/g);

/** The public members of a class of the client: its fields and the methods that are not internal. */
async function members(file, example) {
  const internal = found(await read(`${resources}console/parley/${file}`),
    /@internal[^/]*\/\s+(?:async )?(\w+)\(/g);
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(example));
  return [...Object.keys(example), ...methods]
    .filter((name) => name !== 'constructor' && !internal.includes(name)).sort();
}

const declared = (name) => [...new Set(
  found(types.match(new RegExp(`export interface ${name} [^]*?\\n}`))[0], /^ {2}(?:readonly )?(\w+)[(?:]/gm))]
  .sort();

test('every error code of the gateway is in the types, as a code of a command or of a run', () => {
  const all = new Set([...union('ErrorCode'), ...union('RunErrorCode')]);
  assert.deepEqual(codes.filter((code) => !all.has(code)), []);
});

test('the codes of a failed run are those of the protocol', async () => {
  const protocol = await read('docs/protocol.md');
  const ends = found(protocol, /^\| `agent_failed` \| `(\w+)` \|/gm);
  const ofAgents = found(protocol, /^An agent may also give its own failure another `code` of [^`]*`(\w+)`/gm);
  assert.deepEqual(union('RunErrorCode').sort(), [...ends, ...ofAgents].sort());
});

test('the page states for every code whether to retry, as the client does', () => {
  const rows = [...page.matchAll(/^\| ((?:`\w+`(?:, )?)+) \| (yes|no) \|/gm)];
  const said = rows.flatMap(([, names, retry]) => found(names, /`(\w+)`/g).map((code) => [code, retry]));
  assert.deepEqual(said.map(([code]) => code).sort(), union('ErrorCode').sort());
  for (const [code, retry] of said) {
    assert.equal(new parley.ParleyError({ code }).retryable, retry === 'yes', code);
  }
});

test('exports and declarations are the same', () => {
  const exported = found(types, /^export (?:function|const|class) (\w+)/gm);
  assert.deepEqual(exported.sort(), Object.keys(parley).sort());
});

test('declared members exist and are on the page, and existing members are declared', async () => {
  const client = parley.connect({ url: 'ws://gateway/ws', token: () => null });
  const thread = client.thread('t1');
  assert.deepEqual(declared('Client'), await members('client.js', client));
  assert.deepEqual(declared('Thread'), await members('thread.js', thread));
  assert.deepEqual(declared('View'), Object.keys(parley.emptyView).sort());
  for (const name of declared('Client')) assert.ok(page.includes(`client.${name}`), name);
  for (const name of declared('Thread')) if (name !== 'id') assert.ok(page.includes(`thread.${name}`), name);
});
