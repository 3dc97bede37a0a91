/**
 * The page's side of the Markdown worker. One text at a time is parsed; one that takes too long
 * costs the worker, and a new one goes on with the next text.
 */

/** The time a text may take. It is counted in ticks: while the page itself stands still, none come. */
const TICK_MS = 250;
const MAX_TICKS = 8;
/** A worker that cannot be loaded, so often in a row, is given up until the page is loaded again. */
const MAX_FAILED_STARTS = 3;
const ADDRESS = '/page/markdown-worker.js';

/** The one address that becomes a script here: no other policy is allowed (Trusted Types). */
const policy = globalThis.trustedTypes?.createPolicy('markdown-worker',
  { createScriptURL: () => ADDRESS });

/** What waits, by whom it is for: a newer text of the same takes the place of the older one. */
const waiting = new Map();
let worker = null;
let isReady = false;
let failedStarts = 0;
let current = null;
let ticking;

/**
 * The tree of a text, or null where it has none in time. The last to ask come first: what is at the
 * end of a conversation is what is looked at. Resolves to undefined for a text that was replaced.
 *
 * @param {object} owner @param {string} text @param {number} maxNodes
 * @returns {Promise<{blocks: object[], closed: number} | null | undefined>}
 */
export function parseMarkdown(owner, text, maxNodes) {
  waiting.get(owner)?.resolve(undefined);
  waiting.delete(owner);
  return new Promise((resolve) => {
    waiting.set(owner, { owner, text, maxNodes, resolve });
    next();
  });
}

function next() {
  if (current || !waiting.size) return;
  if (failedStarts >= MAX_FAILED_STARTS) return giveUp();
  worker ??= start();
  if (!isReady) return;
  current = [...waiting.values()].at(-1);
  waiting.delete(current.owner);
  worker.postMessage({ text: current.text, maxNodes: current.maxNodes });
  let ticks = 0;
  ticking = setInterval(() => { if (++ticks === MAX_TICKS) replaceWorker(); }, TICK_MS);
}

function start() {
  const started = new Worker(policy?.createScriptURL('') ?? ADDRESS, { type: 'module' });
  started.onmessage = ({ data }) => {
    if (data === 'ready') [isReady, failedStarts] = [true, 0];
    else finish(data);
    next();
  };
  started.onerror = (event) => {
    event.preventDefault();
    if (!isReady) failedStarts++;
    replaceWorker();
  };
  return started;
}

function replaceWorker() {
  worker.terminate();
  [worker, isReady] = [null, false];
  finish(null);
  next();
}

function finish(tree) {
  clearInterval(ticking);
  current?.resolve(tree);
  current = null;
}

function giveUp() {
  for (const { resolve } of waiting.values()) resolve(null);
  waiting.clear();
}
