/** Text of any length, in a bounded number of elements and characters. */
import { h } from './dom.js';

/** The browser skips the layout of each piece that is out of sight. */
const PIECE = 16_384;
const MAX_NEWEST = 2 * PIECE;
const NUMBER = new Intl.NumberFormat('en');

/** The text that an element shows now. */
const SHOWN = new WeakMap();

/** Shows the beginning of a text, and a button that shows the rest. */
export function drawLong(element, text) {
  if (SHOWN.get(element) === text) return;
  SHOWN.set(element, text);
  const first = pieceEnd(text, 0);
  element.replaceChildren(...(text ? [h('pre', {}, text.slice(0, first))] : []));
  if (text.length <= PIECE) return;
  const more = h('button', { type: 'button', class: 'link' },
    `Show all ${NUMBER.format(text.length)} characters`);
  more.addEventListener('click', () => {
    element.focus();
    more.replaceWith(...pieces(text, first));
  });
  element.append(more);
}

function pieces(text, start) {
  const all = [];
  for (let at = start, end; at < text.length; at = end) {
    end = pieceEnd(text, at);
    all.push(h('pre', { class: 'piece' }, text.slice(at, end)));
  }
  return all;
}

/** After a line, if one ends within the piece. */
function pieceEnd(text, at) {
  const end = at + PIECE;
  if (end >= text.length) return text.length;
  const line = text.lastIndexOf('\n', end - 1);
  return line >= at ? line + 1 : end;
}

/** The end of a growing text. The cut moves in steps, so that most deltas are only appended. */
export function newest(text) {
  const cut = PIECE * Math.ceil(Math.max(0, text.length - MAX_NEWEST) / PIECE);
  return cut ? `… ${text.slice(cut)}` : text;
}
