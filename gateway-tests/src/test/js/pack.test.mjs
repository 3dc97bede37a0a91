/** The package of scripts/pack-client, used as after an installation. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../../../../scripts/pack-client', import.meta.url));
const PROGRAM = `import { connect, fold, emptyView, ParleyError } from 'parley-client';
console.log(typeof connect, fold(emptyView, {}) === emptyView, new ParleyError({}).code);`;

test('the packed client is imported by its name, and contains its types', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-pack-'));
  t.after(() => rm(folder, { recursive: true }));
  const { stdout: packed } = await run(SCRIPT, [folder]);
  const installed = join(folder, 'node_modules', 'parley-client');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', packed.trim(), '-C', installed, '--strip-components=1']);
  await writeFile(join(folder, 'program.mjs'), PROGRAM);
  const { stdout } = await run(process.execPath, [join(folder, 'program.mjs')]);
  assert.equal(stdout.trim(), 'function true internal');
  const about = JSON.parse(await readFile(join(installed, 'package.json')));
  assert.ok((await readFile(join(installed, about.types), 'utf8')).includes('function connect('));
  const readme = await readFile(join(installed, 'README.md'), 'utf8');
  assert.match(readme, /npm install/);
  assert.doesNotMatch(readme, /\]\(/);
  assert.ok(packed.trim().endsWith(`-${about.version}.tgz`));
});

test('unknown arguments are refused', async () => {
  await assert.rejects(run(SCRIPT, ['--fast']), { code: 2 });
  await assert.rejects(run(SCRIPT, ['one', 'two']), { code: 2 });
});
