/** The message box: sends a message; during an answer it queues, replaces or stops. */
import { $ } from './dom.js';

/**
 * @param {{say: (text: string, whenBusy?: string) => void, stop: () => void}} actions
 */
export function makeComposer({ say, stop }) {
  let isBusy = false;
  let canSend = false;

  function draw(state = { isBusy, canSend }) {
    ({ isBusy, canSend } = state);
    const hadFocus = document.activeElement === $('stop');
    $('stop').hidden = !isBusy;
    $('choice').hidden = !isBusy;
    $('send').disabled = !canSend || !$('text').value.trim();
    $('composer-hint').textContent = isBusy
      ? 'Answering · Esc stops it' : 'Enter sends · Shift+Enter starts a new line';
    if (hadFocus && !isBusy) $('text').focus();
  }

  function grow() {
    const text = $('text');
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight}px`;
    draw();
  }

  function write(words) {
    $('text').value = words;
    grow();
  }

  function submitted(event) {
    event.preventDefault();
    const text = $('text').value;
    if (!canSend || !text.trim()) return;
    const whenBusy = isBusy ? new FormData($('composer')).get('when_busy') : undefined;
    write('');
    say(text, whenBusy);
  }

  function keyPressed(event) {
    if (event.key === 'Escape' && isBusy) return stop();
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    $('composer').requestSubmit();
  }

  $('composer').addEventListener('submit', submitted);
  $('text').addEventListener('keydown', keyPressed);
  $('text').addEventListener('input', grow);
  $('stop').addEventListener('click', stop);
  return { draw, write, isEmpty: () => !$('text').value, focus: () => $('text').focus() };
}
