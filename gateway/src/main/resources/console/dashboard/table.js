/** Tables whose rows follow a list. All text is inserted as text. */
import { h, reconcile, setText } from '../page/dom.js';

/**
 * @typedef {object} Column
 * @property {string} name the heading
 * @property {(row) => string} [text] of the cell
 * @property {boolean} [isNumber] @property {boolean} [isLong] wraps
 * @property {(row) => number} [exact] the figure itself, as attribute `data-value`
 * @property {(row) => string | null} [tone] good, busy or bad
 * @property {string} [action] the words of a button in place of text
 * @property {(row) => void} [run] of the button @property {(row) => boolean} [isFor] whether the row has it
 * @property {(row) => string} [label] of the button, for a screen reader
 */

/**
 * Makes the head, and returns what draws the rows. The first column names its row.
 *
 * @param {HTMLTableElement} table @param {Column[]} columns
 * @param {(row) => string} keyOf @param {string} empty what a table without rows says
 */
export function makeTable(table, columns, keyOf, empty) {
  const body = h('tbody');
  const heads = columns.map(({ name, action, ...column }) => (action
    ? h('td', {}) : h('th', { scope: 'col', class: classOf(column) }, name)));
  table.replaceChildren(h('thead', {}, h('tr', {}, ...heads)), body);
  const none = { create: (words) => h('tr', {}, h('td', { class: 'none', colspan: columns.length }, words)),
    update: (row, words) => setText(row.firstChild, words) };
  const kind = { create: () => makeRow(columns), update: (row, item) => drawRow(row, columns, item) };
  return (rows) => reconcile(body, rows.length
    ? rows.map((item, index) => ({ key: `row ${keyOf(item) ?? index}`, item, kind }))
    : [{ key: 'none', item: empty, kind: none }]);
}

const classOf = ({ isNumber, isLong }) => (isNumber ? 'number' : isLong ? 'text' : null);

function makeRow(columns) {
  return h('tr', {}, ...columns.map((column, index) => {
    if (column.action) return h('td');
    return index ? h('td', { class: classOf(column) }) : h('th', { scope: 'row', class: classOf(column) });
  }));
}

function drawRow(row, columns, item) {
  columns.forEach((column, index) => {
    const cell = row.children[index];
    if (column.action) return drawAction(cell, column, item);
    setText(cell, column.text(item));
    if (!index) setAttribute(row, 'data-row', column.text(item));
    setAttribute(cell, 'data-value', column.exact?.(item));
    setAttribute(cell, 'data-tone', column.tone?.(item));
  });
}

/** The button stays the same while its row does, so that it keeps the focus. */
function drawAction(cell, { action, run, isFor = () => true, label }, item) {
  if (!isFor(item)) return cell.replaceChildren();
  const button = cell.firstChild ?? h('button', { type: 'button', class: 'button' }, action);
  button.onclick = () => run(item, button);
  setAttribute(button, 'aria-label', label?.(item));
  if (!cell.firstChild) cell.append(button);
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}
