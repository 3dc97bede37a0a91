/** The state of the connection in words, with the time to the next try. */
import { $ } from './dom.js';

const WORDS = { connecting: 'Connecting…', open: 'Connected', waiting: 'Offline' };
const CLOSED = {
  4401: 'Not signed in', 4403: 'Not allowed', 4409: 'Open elsewhere', 1000: 'Closed',
};

let countdown;

export function drawConnection(state) {
  clearInterval(countdown);
  $('connection').dataset.state = state.name;
  $('connection-text').textContent = words(state);
  $('countdown').textContent = '';
  const isFinal = state.name === 'closed' && state.code !== 4401;
  $('reconnect').hidden = !(state.name === 'waiting' || isFinal);
  if (state.name === 'waiting') countDown(state.retryInMs);
}

function words(state) {
  if (state.via === 'http') return 'Connected, without WebSocket';
  return WORDS[state.name] ?? CLOSED[state.code] ?? `Closed (${state.code})`;
}

function countDown(retryInMs) {
  const end = Date.now() + retryInMs;
  const tick = () => {
    const seconds = Math.max(1, Math.ceil((end - Date.now()) / 1000));
    $('countdown').textContent = `· again in ${seconds} s`;
  };
  tick();
  countdown = setInterval(tick, 250);
}
