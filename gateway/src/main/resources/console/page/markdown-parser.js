/**
 * Sends texts to the Markdown worker, one at a time. A text that takes too long ends the worker; a
 * new worker continues with the next text.
 */

/** The time limit of a text, in ticks of a timer. A blocked page has no ticks, so it does not count. */
const TICK_MS = 250;
const MAX_TICKS = 8;
/** After this many failed starts in a row no worker is started until the page is reloaded. */
const MAX_FAILED_STARTS = 3;
const ADDRESS = '/page/markdown-worker.js';

/** Only this address may become a script: the CSP allows no other policy (Trusted Types). */
const policy = globalThis.trustedTypes?.createPolicy('markdown-worker',
  { createScriptURL: () => ADDRESS });

/** The queued texts by owner. A newer text of an owner replaces the older one. */
const waiting = new Map();
let worker = null;
let isReady = false;
let failedStarts = 0;
let current = null;
let ticking;

/**
 * Parses a text into a tree. Resolves to null if that fails or takes too long, and to undefined if a
 * newer text replaced it. The newest request is served first: people look at the end of a
 * conversation.
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
