/**
 * Markdown as a tree of plain objects, `{type, children, …}` and strings: bounded in depth and in
 * count, so that whatever an agent wrote can be drawn. What goes beyond the bounds is plain text.
 */

/** Blocks in blocks; a list and its item are two. The library drops what is deeper. */
const MAX_DEPTH = 40;
/** Emphasis in emphasis; what is deeper keeps its words only. */
const MAX_INLINE_DEPTH = 16;
/** Elements and texts of one answer; what has a frame and scrolls for itself costs as many more. */
export const MAX_NODES = 10_000;
const NODES_OF_A_FRAME = 50;

const LINE_BREAK = /\r\n?|\n/g;
const TASK = /^\[([ x])\] +/i;

/** @param {Function} markdownit the library, which makes no HTML here: it only cuts into tokens */
export function makeParser(markdownit) {
  const library = markdownit({ html: false, breaks: true, linkify: true, maxNesting: MAX_DEPTH });
  // Quadratic for a row of asterisks in an address; the rule for whole texts finds the same links
  library.inline.ruler.disable('linkify');
  library.linkify.set({ fuzzyLink: false }).add('//', null).add('ftp:', null);
  library.inline.State = arithmetic(library.inline.State);
  return (text, maxNodes = MAX_NODES) => parse(library, text, maxNodes);
}

/** `2*3*4` is arithmetic: an asterisk right after a word begins nothing. */
const arithmetic = (State) => class extends State {
  scanDelims(start, canSplitWord) {
    const found = super.scanDelims(start, canSplitWord);
    if (this.src[start] === '*' && /[\w)]/.test(this.src[start - 1] ?? '')) found.can_open = false;
    return found;
  }
};

/**
 * The blocks of a text, each with where it begins and its source; `closed` of them stay as they are
 * whatever is appended to the text.
 *
 * @returns {{blocks: {at: number, raw: string, node: object}[], closed: number}}
 */
function parse(library, text, maxNodes) {
  const tokens = library.parse(text, {});
  const lines = lineStarts(text);
  const budget = { nodes: maxNodes };
  const blocks = [];
  for (let from = 0, to; from < tokens.length; from = to) {
    to = endOfBlock(tokens, from);
    const [first, end] = tokens[from].map;
    const at = lines[first];
    const node = budget.nodes > 0 && treeOf(tokens.slice(from, to), budget);
    // One block of plain text for all the rest, rather than one for each
    const raw = text.slice(at, budget.nodes > 0 ? lines[end] : undefined);
    blocks.push({ at, raw, line: first, node: node || { type: 'plain', text: raw } });
    if (budget.nodes <= 0) break;
  }
  // Definitions alone are no block; they are shown rather than nothing at all
  if (!blocks.length) blocks.push({ at: 0, raw: text, line: 0, node: { type: 'plain', text } });
  return { blocks, closed: closedBlocks(blocks, lines.length - 1) };
}

function lineStarts(text) {
  const starts = [0];
  for (const { 0: { length }, index } of text.matchAll(LINE_BREAK)) starts.push(index + length);
  return starts;
}

function endOfBlock(tokens, from) {
  let to = from;
  for (let depth = 0; to === from || depth > 0; to++) depth += tokens[to].nesting;
  return to;
}

/**
 * The last block is open. Where it begins is certain once two of its lines are whole: until then,
 * its line may still turn out to go on with the block before.
 */
function closedBlocks(blocks, wholeLines) {
  const isCertain = blocks.at(-1).line + 2 <= wholeLines;
  return Math.max(0, blocks.length - (isCertain ? 1 : 2));
}

/** The one node of a block's tokens, or null where it is too deep or too large. */
function treeOf(tokens, budget) {
  const root = { children: [] };
  const open = [root];
  for (const token of tokens) {
    if (token.nesting > 0 && token.level + 1 >= MAX_DEPTH) return null;
    const parent = open.at(-1);
    if (token.nesting < 0) open.pop();
    else if (token.type === 'inline') addInline(parent, token.children, beginsItem(open), budget);
    else if (token.hidden) open.push(parent);
    else {
      const node = BLOCKS[token.type](token);
      add(parent, node, budget);
      if (token.nesting > 0) open.push(Object.assign(node, { children: [] }));
    }
    if (budget.nodes <= 0) return null;
  }
  return root.children[0];
}

/** Whether what comes next is the beginning of a list item, in a paragraph of its own or not. */
function beginsItem(open) {
  const [outer, inner] = open.slice(-2);
  return inner.type === 'item' ? !inner.children.length
    : inner.type === 'paragraph' && outer.type === 'item' && outer.children.length === 1;
}

function add(parent, node, budget) {
  parent.children.push(node);
  budget.nodes -= costOf(node);
}

export const costOf = ({ type }) => (type === 'code' || type === 'table' ? NODES_OF_A_FRAME : 1);

const BLOCKS = {
  paragraph_open: () => ({ type: 'paragraph' }),
  heading_open: ({ tag }) => ({ type: 'heading', depth: Number(tag[1]) }),
  blockquote_open: () => ({ type: 'blockquote' }),
  bullet_list_open: () => ({ type: 'list', ordered: false }),
  ordered_list_open: (token) => ({ type: 'list', ordered: true, start: token.attrGet('start') ?? 1 }),
  list_item_open: () => ({ type: 'item' }),
  fence: ({ info, content }) => code(info.trim().split(/\s/, 1)[0], content),
  code_block: ({ content }) => code('', content),
  hr: () => ({ type: 'hr' }),
  table_open: () => ({ type: 'table' }),
  thead_open: () => ({ type: 'thead' }),
  tbody_open: () => ({ type: 'tbody' }),
  tr_open: () => ({ type: 'tr' }),
  th_open: (token) => ({ type: 'th', align: alignOf(token) }),
  td_open: (token) => ({ type: 'td', align: alignOf(token) }),
};

const code = (lang, content) => ({ type: 'code', lang, text: content.replace(/\n$/, '') });
const alignOf = (token) => token.attrGet('style')?.slice('text-align:'.length);

function addInline(parent, tokens, mayBeTask, budget) {
  const open = [parent];
  // Opened, but deeper than the bound: their ends are to be passed over as well
  let flat = 0;
  const [first] = tokens;
  const task = mayBeTask && first?.type === 'text' && TASK.exec(first.content);
  if (task) add(parent, { type: 'checkbox', checked: task[1] !== ' ' }, budget);
  for (const token of tokens) {
    const into = open.at(-1);
    if (token.nesting > 0) {
      if (flat || open.length > MAX_INLINE_DEPTH) flat++;
      else {
        const node = { ...INLINES[token.type](token), children: [] };
        add(into, node, budget);
        open.push(node);
      }
    } else if (token.nesting < 0) {
      if (flat) flat--;
      else open.pop();
    } else if (token.type === 'text') {
      const text = task && token === first ? token.content.slice(task[0].length) : token.content;
      if (text) add(into, text, budget);
    } else add(into, INLINES[token.type](token), budget);
    if (budget.nodes <= 0) return;
  }
}

const INLINES = {
  strong_open: () => ({ type: 'strong' }),
  em_open: () => ({ type: 'em' }),
  s_open: () => ({ type: 'del' }),
  link_open: (token) => ({ type: 'link', href: token.attrGet('href') }),
  image: (token) => ({ type: 'link', href: token.attrGet('src'),
    children: [token.content || token.attrGet('src')] }),
  code_inline: ({ content }) => ({ type: 'codespan', text: content }),
  softbreak: () => ({ type: 'br' }),
  hardbreak: () => ({ type: 'br' }),
};
