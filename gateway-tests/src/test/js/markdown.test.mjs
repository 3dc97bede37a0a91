import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { MAX_NODES, makeParser } from
  '../../../../gateway/src/main/resources/console/page/markdown-tree.js';

const LIBRARY = process.env.PARLEY_MARKDOWN_IT;
const parse = LIBRARY && makeParser(createRequire(import.meta.url)(LIBRARY));
const check = (name, body) => test(name, { skip: !LIBRARY && 'PARLEY_MARKDOWN_IT: not set' }, body);

const trees = (text, maxNodes) => parse(text, maxNodes).blocks.map(({ node }) => node);
const textOf = (node) => (typeof node === 'string' ? node
  : (node.text ?? '') + (node.children ?? []).map(textOf).join(''));
const depthOf = (node) => 1 + Math.max(0, ...(node.children ?? []).map(depthOf));
const nodesOf = (node) => 1 + (node.children ?? []).reduce((sum, each) => sum + nodesOf(each), 0);

/** Parses as the page does: closed blocks are never parsed again. */
function parseGrowing(pieces) {
  let closed = [];
  let open = [];
  let at = 0;
  let text = '';
  for (const piece of pieces) {
    text += piece;
    const tree = parse(text.slice(at));
    const nodes = tree.blocks.map(({ node }) => node);
    closed = [...closed, ...nodes.slice(0, tree.closed)];
    open = nodes.slice(tree.closed);
    if (tree.closed) at += tree.blocks[tree.closed].at;
  }
  return { blocks: [...closed, ...open], at };
}

const LINES = ['words', '', '', '- item', '  more', '    deep', '* other', '1. one', '2. two', '# head',
  '#hash', '===', '---', '> quote', '>', '```js', '```', '|a|b|', '|-|-|', '|1|2|', '**bold', '**',
  '*', '~~~', '- [x] done', '    code', '\tcode', '***', '[a](b)', '`', '1)', '-'];

check('a growing text has the same result as a text parsed at once', () => {
  let state = 1;
  const next = (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let round = 0; round < 1_000; round++) {
    const ends = ['\n', '\r\n', '\r'].slice(0, 1 + (round % 3));
    let text = '';
    for (let line = 0; line < 12; line++) text += LINES[next(LINES.length)] + ends[next(ends.length)];
    const pieces = [];
    for (let at = 0; at < text.length;) {
      const to = at + 1 + next(9);
      pieces.push(text.slice(at, to));
      at = to;
    }
    assert.deepEqual(parseGrowing(pieces).blocks, trees(text), JSON.stringify(pieces));
  }
});

check('only the open block of a growing text is parsed again', () => {
  const pieces = Array.from({ length: 200 }, (_, index) => `Paragraph ${index}.\nMore.\n\n`);
  const whole = pieces.join('');
  assert.ok(parseGrowing(pieces).at >= whole.length - 2 * pieces.at(-1).length);
});

const many = (text, times) => text.repeat(times);
const HOSTILE = {
  quotes: many('>', 3_000), stars: `${many('*', 10_000)}a${many('*', 10_000)}`,
  links: many('[](', 1_600), backticks: many('`', 100_000),
  growing: Array.from({ length: 700 }, (_, index) => `e${many('`', index)}`).join(''),
  lists: Array.from({ length: 700 }, (_, index) => `${many(' ', index)}* a\n`).join(''),
  list: `${many('* ', 5_000)}a`, brackets: `${many('[', 50_000)}a${many(']', 50_000)}`,
  images: many('![', 20_000), parens: `[a](${many('(', 10_000)}`, emphasis: many('**x* ', 20_000),
  mixed: many('*a_ ', 30_000), comments: many('<!--', 20_000), declarations: many('<!A ', 20_000),
  sections: many('<![CDATA[', 20_000), entities: many('&#x', 40_000), escapes: many('\\', 100_000),
  address: `http:${many('*', 100_000)}a`, addresses: many('http://', 15_000),
  definitions: many('[a]: u\n', 20_000), titles: many('[a](b "', 5_000),
  table: `|${many('a|', 200)}\n|${many('-|', 200)}\n${many(`|${many('x|', 200)}\n`, 500)}`,
  wide: `|${many('a|', 30_000)}\n|${many('-|', 30_000)}\n`, lines: many('a\n\n', 60_000),
  returns: many('\r', 50_000), nothing: many('\0', 50_000), rules: many('---\n', 40_000),
};

for (const [name, text] of Object.entries(HOSTILE)) {
  check(`a hostile answer has a limited tree: ${name}`, () => {
    const began = performance.now();
    const nodes = trees(text);
    assert.ok(performance.now() - began < 20_000);
    assert.ok(nodes.length > 0);
    assert.ok(nodes.every((node) => depthOf(node) <= 64));
    assert.ok(nodes.reduce((sum, node) => sum + nodesOf(node), 0) <= MAX_NODES + 2);
  });
}

check('text that is too deep or too long stays plain text', () => {
  assert.deepEqual(trees('> '.repeat(50) + 'end'), [{ type: 'plain', text: '> '.repeat(50) + 'end' }]);
  assert.equal(trees('one\n\ntwo\n\nthree\n', 3).map(textOf).join('|'), 'one|two\n\nthree\n');
  assert.equal(textOf(trees(`${many('*', 100)}deep${many('*', 100)}`)[0]), 'deep');
  assert.equal(textOf(trees('[a]: http://x\n')[0]), '[a]: http://x\n');
});

check('arithmetic is not emphasis, and an address is a link', () => {
  assert.deepEqual(trees('2*3*4 **b**'), [{ type: 'paragraph',
    children: ['2*3*4 ', { type: 'strong', children: ['b'] }] }]);
  assert.deepEqual(trees('see http://x.example/a_b_c, notes.md'), [{ type: 'paragraph', children: ['see ',
    { type: 'link', href: 'http://x.example/a_b_c', children: ['http://x.example/a_b_c'] }, ', notes.md'] }]);
  assert.equal(textOf(trees('//x.example and ftp://x')[0]), '//x.example and ftp://x');
});

check('a tight or loose task list has checkboxes', () => {
  for (const gap of ['', '\n']) {
    const [{ children: [open, done] }] = trees(`- [ ] one\n${gap}- [x] two`);
    for (const [item, checked, word] of [[open, false, 'one'], [done, true, 'two']]) {
      assert.equal(JSON.stringify(item).includes(`{"type":"checkbox","checked":${checked}},"${word}"`), true);
    }
  }
});
