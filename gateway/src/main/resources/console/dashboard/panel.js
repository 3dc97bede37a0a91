/** What the sections have in common: notes in place of figures, and questions before a change. */
import { $ } from '../page/dom.js';

/** Shows a note of a section, or hides it. */
export function note(id, text = '') {
  const element = $(id);
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text;
}

/** Shows a note in place of a table, or the table. */
export function noteInsteadOf(table, id, text = '') {
  note(id, text);
  $(table).parentElement.hidden = Boolean(text);
}

/**
 * Why there are no figures here. Without an answer, or if the token is refused, the whole page says
 * so: then the error is thrown again.
 *
 * @param {import('../parley/errors.js').ParleyError} error @param {string} scope that the call needs
 */
export function refusalWords(error, scope) {
  if (error.code === 'disconnected' || error.status === 401) throw error;
  if (error.status === 403) return `Needs a token with the scope ${scope}.`;
  if (error.status === 404) return 'Not in this gateway.';
  if (error.code === 'draining') return 'The gateway drains: it answers no such call any more.';
  return error.message;
}

/** Asks before something is done. @returns {Promise<boolean>} */
export function confirmed(title, text, words) {
  const dialog = $('confirm');
  $('confirm-title').textContent = title;
  $('confirm-text').textContent = text;
  $('confirm-yes').textContent = words;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

/** Tells a screen reader what came of an action. */
export function announce(text) {
  $('announcer').textContent = text;
}

/** A call's path with those parameters that have a value. */
export function withQuery(path, parameters) {
  const query = Object.entries(parameters).filter(([, value]) => value !== '' && value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return query ? `${path}?${query}` : path;
}
