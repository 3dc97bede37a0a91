/**
 * Markdown as elements. A worker parses the text into a tree; the elements are made here with
 * `textContent`. HTML in the text is never parsed: it is shown as text.
 */
import { copyFrom, h, reconcile, setText } from './dom.js';
import { parseMarkdown } from './markdown-parser.js';
import { MAX_NODES, costOf } from './markdown-tree.js';

/** A longer text is shown as plain text. */
const MAX_UNITS = 256 * 1024;

/** Plain text in pieces, so that a growing piece does not cause the layout of the others. */
const PLAIN_PIECE_UNITS = 16 * 1024;

/** The text of each element with Markdown, and its blocks that are complete. */
const DRAWN = new WeakMap();

/**
 * Draws a text. A text that may grow (`isOpen`) has only its last block parsed again. Until the text
 * is parsed for the first time, and if it cannot be parsed, it is shown as plain text.
 *
 * @returns {Promise<void>} resolves when it is drawn, or replaced by a newer text
 */
export async function drawMarkdown(root, text, isOpen = false) {
  let drawn = DRAWN.get(root);
  if (drawn?.text === text && drawn.isOpen === isOpen) return;
  // A complete text is parsed as a whole: link definitions may be at its end
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

/** Cuts after a line, if the piece has one. */
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

/** Code and plain text grow in place, so that a selection in them stays. */
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
  // Below the names of the speakers, which are level 2
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
  // The page loads nothing from other sites: a picture becomes a link
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
