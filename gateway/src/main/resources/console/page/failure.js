/** Why a run failed and what to do now, with a button to send the message again. */
import { h } from './dom.js';
import { failureWords, waitWords } from './words.js';

const TICK_MS = 250;
const MAX_MESSAGE = 2_000;

/**
 * Draws a failed run once. The button dispatches an `again` event with the run; it is disabled until
 * the time that the agent gave (`retry_after_ms`).
 */
export function drawFailure(element, run) {
  const details = String(run.message ?? '').slice(0, MAX_MESSAGE);
  element.replaceChildren(
    h('p', { 'data-code': run.code }, failureWords(run)),
    h('p', { class: 'details' }, h('code', {}, run.code ?? 'failed'), ` ${details}`));
  if (run.retryable) element.append(againButton(run));
}

function againButton(run) {
  const button = h('button', { type: 'button', class: 'button again' }, 'Try again');
  button.addEventListener('click', () =>
    button.dispatchEvent(new CustomEvent('again', { bubbles: true, detail: run })));
  const wait = run.retry_after_ms;
  if (wait > 0) countDown(button, endOf(run, wait));
  return button;
}

/** The wait starts at the end of the run. A clock that is behind the gateway's never prolongs it. */
function endOf({ ended_at }, wait) {
  const now = Date.now();
  return Math.min(Date.parse(ended_at) || now, now) + wait;
}

function countDown(button, end) {
  let wasShown = false;
  const timer = setInterval(tick, TICK_MS);
  tick();

  function tick() {
    const left = end - Date.now();
    wasShown ||= button.isConnected;
    button.disabled = left > 0;
    button.textContent = left > 0 ? `Try again in ${waitWords(left)}` : 'Try again';
    if (left <= 0 || (wasShown && !button.isConnected)) clearInterval(timer);
  }
}
