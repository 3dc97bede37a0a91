/** Helpers for elements. Text is always inserted as text, never as markup. */

export const $ = (id) => document.getElementById(id);

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** An icon from the symbols of index.html. It is hidden from screen readers: a text says the same. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A button with an icon. Screen readers read its label; the pointer shows it as a tooltip. */
export function iconButton(name, words, attributes = {}) {
  return h('button', { type: 'button', class: 'tool-button', title: words, 'aria-label': words,
    ...attributes }, icon(name));
}

/** Longer text is appended, so that what a person has selected stays selected. */
export function setText(element, text) {
  const node = element.firstChild;
  const before = node?.data ?? '';
  if (text === before) return;
  if (node && text.startsWith(before)) node.appendData(text.slice(before.length));
  else element.textContent = text;
}

/** The parts last drawn in an element: key → {element, item}. */
const DRAWN = new WeakMap();

/**
 * Makes the children of an element match a list. Only changed items (!==) are updated.
 *
 * @param {{key: string, item: any, kind: {create: (item) => Element, update?: Function}}[]} parts
 */
export function reconcile(parent, parts) {
  const before = DRAWN.get(parent) ?? new Map();
  const now = new Map();
  const keys = new Set(parts.map((part) => part.key));
  for (const [key, { element }] of before) if (!keys.has(key)) element.remove();
  let place = parent.firstChild;
  for (const { kind, key, item } of parts) {
    const was = before.get(key);
    const element = was?.element ?? kind.create(item);
    if (was?.item !== item) kind.update?.(element, item);
    if (element === place) place = place.nextSibling;
    else parent.insertBefore(element, place);
    now.set(key, { element, item });
  }
  DRAWN.set(parent, now);
}

/** Returns a function that schedules one call of `draw` before the next frame of the browser. */
export function oncePerPicture(draw) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      draw();
    });
  };
}

/** Copies a text, and shows "Copied" on the button for 1.5 s. */
export async function copyFrom(button, text) {
  const words = button.textContent;
  await navigator.clipboard.writeText(text);
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = words; }, 1500);
}
