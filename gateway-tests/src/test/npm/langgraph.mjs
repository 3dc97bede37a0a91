/**
 * The server of `langgraphjs dev` with the graph `agent`, in memory, on a free port of 127.0.0.1.
 * Prints one line of JSON with its address. Ends when its input ends.
 */
import { copyFile, mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

process.env.LANGSMITH_TRACING = 'false';
const programs = process.env.NODE_PROGRAMS;
const ofCli = createRequire(`${programs}/node_modules/@langchain/langgraph-cli/package.json`);
const { startServer } = await import(pathToFileURL(ofCli.resolve('@langchain/langgraph-api/server')));

// Below the programs, so that the graph finds its libraries.
const folder = await mkdtemp(join(programs, 'graph-'));
await copyFile(new URL('graph.mjs', import.meta.url), join(folder, 'graph.mjs'));
const { host } = await startServer({
  host: '127.0.0.1',
  port: 0,
  nWorkers: 4,
  cwd: folder,
  graphs: { agent: './graph.mjs:graph' },
});

console.log(JSON.stringify({ name: 'ready', url: `http://${host}` }));
process.stdin.resume().on('end', () => process.exit());
