/** Parses Markdown outside of the page's thread. The page ends this worker if it takes too long. */
import '../vendor/markdown-it.js';
import { makeParser } from './markdown-tree.js';

const parse = makeParser(globalThis.markdownit);

globalThis.onmessage = ({ data: { text, maxNodes } }) => postMessage(parse(text, maxNodes));
postMessage('ready');
