/** Cuts Markdown where it holds up nobody: the page ends this worker when it takes too long. */
import '../vendor/markdown-it.js';
import { makeParser } from './markdown-tree.js';

const parse = makeParser(globalThis.markdownit);

globalThis.onmessage = ({ data: { text, maxNodes } }) => postMessage(parse(text, maxNodes));
postMessage('ready');
