/**
 * Markdown as elements. A worker cuts the text into a tree; the elements are made here, one kind
 * each, so no text ever becomes markup: what is HTML in it is shown as it is written.
 */
import { copyFrom, h, reconcile, setText } from './dom.js';
import { parseMarkdown } from './markdown-parser.js';
import { MAX_NODES, costOf } from './markdown-tree.js';

/** A longer text is shown as it is written. */
const MAX_UNITS = 256 * 1024;

/** Plain text in pieces: one that grows, or is out of sight, costs no layout of all the others. */
const PLAIN_PIECE_UNITS = 16 * 1024;

/** Of each element with Markdown: the text, and the blocks that will not change any more. */
const DRAWN = new WeakMap();

/**
 * Draws a text that may go on to grow (`isOpen`): only its open block is parsed again then. Until
 * it is parsed for the first time, and where that cannot be, it is shown as it is written.
 *
 * @returns {Promise<void>} when it is drawn, or a newer one is to be drawn instead
 */
export async function drawMarkdown(root, text, isOpen = false) {
  let drawn = DRAWN.get(root);
  if (drawn?.text === text && drawn.isOpen === isOpen) return;
  // What is complete is parsed as a whole: definitions of links may stand at the end
  const goesOn = isOpen && drawn?.isOpen && text.startsWith(drawn.text);
  drawn = goesOn ? drawn : { parts: [], at: 0, nodes: 0, isPlain: false, isNew: !drawn };
  Object.assign(drawn, { text, isOpen });
  DRAWN.set(root, drawn);
  if (drawn.isPlain || text.length > MAX_UNITS) return drawPlain(root, text);
  if (drawn.isNew) drawPlain(root, text);
  const { at } = drawn;
  const tree = await parseMarkdown(root, text.slice(at), MAX_NODES - drawn.nodes);
  if (tree === undefined || DRAWN.get(root) !== drawn || at !== drawn.at) return;
  if (tree === null) {
    drawn.isPlain = true;
    return drawPlain(root, drawn.text);
  }
  drawTree(root, drawn, tree);
}

function drawPlain(root, text) {
  reconcile(root, plainParts(0, text));
}

function drawTree(root, drawn, { blocks, closed }) {
  drawn.isNew = false;
  const partsOf = (some) => some.flatMap(({ at, raw, node }) => (node.type === 'plain'
    ? plainParts(drawn.at + at, node.text) : partOf({ at: drawn.at + at, raw, node })));
  reconcile(root, [...drawn.parts, ...partsOf(blocks)]);
  if (!drawn.isOpen || !closed) return;
  drawn.parts.push(...partsOf(blocks.slice(0, closed)));
  drawn.nodes += blocks.slice(0, closed).reduce((sum, { node }) => sum + count(node), 0);
  drawn.at += blocks[closed].at;
}

function count(node) {
  return (node.children ?? []).reduce((sum, child) => sum + count(child), costOf(node));
}

/** Cut after a line where there is one. */
function plainParts(start, text) {
  const parts = [];
  for (let from = 0, to; from < text.length; from = to) {
    let piece = text.slice(from, from + PLAIN_PIECE_UNITS);
    to = from + piece.length;
    const line = piece.lastIndexOf('\n') + 1;
    if (to < text.length && line) [piece, to] = [piece.slice(0, line), from + line];
    parts.push(partOf({ at: start + from, node: { type: 'plain', text: piece } }));
  }
  return parts;
}

/** Code and plain text grow in place, so that what is selected in them stays selected. */
function partOf({ at, raw, node }) {
  const { update } = GROWING[node.type] ?? {};
  const [key, item] = update ? [node.lang ?? '', node.text] : [raw, raw];
  return { kind: { create: () => block(node), update }, key: `${at} ${node.type} ${key}`, item };
}

const GROWING = {
  code: { update: (element, text) => setText(element.querySelector('code'), text) },
  plain: { update: setText },
};

const block = (node) => (typeof node === 'string' ? node : KINDS[node.type](node));
const inside = ({ children = [] }) => children.map(block);

const KINDS = {
  plain: ({ text }) => h('p', { class: 'plain' }, text),
  paragraph: (node) => h('p', {}, ...inside(node)),
  // Below the names of those who speak, which are level 2
  heading: (node) => h(`h${Math.min(node.depth + 2, 6)}`, {}, ...inside(node)),
  code: ({ lang, text }) => codeBlock(lang, text),
  blockquote: (node) => h('blockquote', {}, ...inside(node)),
  hr: () => h('hr'),
  list: (node) => h(node.ordered ? 'ol' : 'ul',
    { start: node.ordered && node.start !== 1 && node.start }, ...inside(node)),
  item: (node) => h('li', {}, ...inside(node)),
  checkbox: ({ checked }) => h('span', {}, checked ? '☑ ' : '☐ '),
  table: (node) => h('div', { class: 'table', tabindex: 0, role: 'group', 'aria-label': 'Table' },
    h('table', {}, ...inside(node))),
  thead: (node) => h('thead', {}, ...inside(node)),
  tbody: (node) => h('tbody', {}, ...inside(node)),
  tr: (node) => h('tr', {}, ...inside(node)),
  th: (node) => h('th', { 'data-align': node.align ?? false }, ...inside(node)),
  td: (node) => h('td', { 'data-align': node.align ?? false }, ...inside(node)),
  strong: (node) => h('strong', {}, ...inside(node)),
  em: (node) => h('em', {}, ...inside(node)),
  del: (node) => h('del', {}, ...inside(node)),
  codespan: ({ text }) => h('code', {}, text),
  br: () => h('br'),
  // The page loads nothing from elsewhere: a picture is a link to it
  link: (node) => link(node.href, inside(node)),
};

function codeBlock(language, text) {
  const words = h('code', {}, text);
  const copy = h('button', { type: 'button', class: 'link' }, 'Copy');
  copy.addEventListener('click', () => copyFrom(copy, words.textContent));
  return h('figure', { class: 'code' },
    h('figcaption', {}, language || 'text', copy),
    h('pre', { tabindex: 0, role: 'group', 'aria-label': 'Code' }, words));
}

const SAFE_LINK = /^(?:https?:|mailto:)/i;

function link(href, children) {
  return SAFE_LINK.test(href)
    ? h('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, ...children)
    : h('span', {}, ...children, ` (${href})`);
}
