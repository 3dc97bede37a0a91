/**
 * Markdown as elements. A library cuts the text into tokens; the elements are made here, one kind
 * each, so no text ever becomes markup: what is HTML in it is shown as it is written.
 */
import { Lexer, Tokenizer } from '../vendor/marked.js';
import { copyFrom, h, reconcile } from './dom.js';

/** `2*3*4` is arithmetic: an asterisk right behind a word begins nothing. */
class Cutter extends Tokenizer {
  emStrong(source, masked, before = '') {
    return source.startsWith('*') && /[\w)]/.test(before)
      ? undefined : super.emStrong(source, masked, before);
  }
}

/** Draws the text; of a text that grew only the blocks that are not as before. */
export function drawMarkdown(root, text) {
  const tokens = new Lexer({ gfm: true, breaks: true, tokenizer: new Cutter() }).lex(text);
  reconcile(root, tokens.filter(({ type }) => BLOCKS[type]).map((token, index) => (
    { kind: { create: () => block(token) }, key: `${index} ${token.raw}`, item: token.raw })));
}

const block = (token) => BLOCKS[token.type](token);
const blocks = (tokens) => tokens.filter(({ type }) => BLOCKS[type]).map(block);
const inline = (tokens = []) => tokens.map((token) => (INLINES[token.type] ?? asWritten)(token));
const asWritten = ({ raw }) => raw;

const BLOCKS = {
  paragraph: ({ tokens }) => h('p', {}, ...inline(tokens)),
  // Below the names of those who speak, which are level 2
  heading: ({ depth, tokens }) => h(`h${Math.min(depth + 2, 6)}`, {}, ...inline(tokens)),
  code: ({ lang, text }) => codeBlock(lang, text),
  blockquote: ({ tokens }) => h('blockquote', {}, ...blocks(tokens)),
  hr: () => h('hr'),
  list: ({ ordered, start, items }) => h(ordered ? 'ol' : 'ul',
    { start: ordered && start !== 1 && start }, ...items.map(listItem)),
  table: ({ header, rows }) => h('div', { class: 'table', tabindex: 0, role: 'group',
    'aria-label': 'Table' }, h('table', {},
    h('thead', {}, tableRow('th', header)), h('tbody', {}, ...rows.map((row) => tableRow('td', row))))),
  html: ({ raw }) => h('p', {}, raw.trim()),
  text: ({ tokens, text }) => h('span', {}, ...(tokens ? inline(tokens) : [decoded(text)])),
  checkbox: ({ checked }) => h('span', {}, checked ? '☑ ' : '☐ '),
};

const INLINES = {
  text: ({ text, tokens }) => (tokens ? h('span', {}, ...inline(tokens)) : decoded(text)),
  escape: ({ text }) => text,
  strong: ({ tokens }) => h('strong', {}, ...inline(tokens)),
  em: ({ tokens }) => h('em', {}, ...inline(tokens)),
  del: ({ tokens }) => h('del', {}, ...inline(tokens)),
  codespan: ({ text }) => h('code', {}, text),
  br: () => h('br'),
  link: ({ href, tokens }) => link(href, inline(tokens)),
  // The page loads nothing from elsewhere: a picture is a link to it
  image: ({ href, text }) => link(href, [text || href]),
};

function listItem({ task, checked, tokens }) {
  const isMarked = tokens.some(({ type }) => type === 'checkbox');
  return h('li', {}, task && !isMarked ? BLOCKS.checkbox({ checked }) : null, ...blocks(tokens));
}

function tableRow(tag, cells) {
  return h('tr', {}, ...cells.map(({ align, tokens }) =>
    h(tag, { 'data-align': align ?? false }, ...inline(tokens))));
}

function codeBlock(language, text) {
  const copy = h('button', { type: 'button', class: 'link' }, 'Copy');
  copy.addEventListener('click', () => copyFrom(copy, text));
  return h('figure', { class: 'code' },
    h('figcaption', {}, language || 'text', copy),
    h('pre', { tabindex: 0, role: 'group', 'aria-label': 'Code' }, h('code', {}, text)));
}

const SAFE_LINK = /^(?:https?:|mailto:)/i;

function link(href, children) {
  return SAFE_LINK.test(href)
    ? h('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, ...children)
    : h('span', {}, ...children, ` (${href})`);
}

const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function decoded(text) {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi, (whole, decimal, hex, name) => {
    const point = decimal ? Number(decimal) : parseInt(hex, 16);
    if (name) return NAMED[name] ?? whole;
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
