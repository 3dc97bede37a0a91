/** The page: one conversation, kept in the log of the gateway and found again after a reload. */
import { drawConversation } from './conversation.js';
import { connect, emptyView, randomId } from './parley.js';
import { forgetToken, token } from './session.js';

const STORED_THREAD = 'parley.thread';
const NEAR_THE_END_PX = 80;

const $ = (id) => document.getElementById(id);
const socketUrl = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
const client = connect({ url: socketUrl, token });

let thread;
let endSubscription = () => {};
let view = emptyView;
let pending = [];
let isDrawingDue = false;
let isLive = false;
let isFollowing = true;
let countdown;

function showThread(id) {
  endSubscription();
  localStorage.setItem(STORED_THREAD, id);
  pending = [];
  isLive = false;
  thread = client.thread(id);
  endSubscription = thread.subscribe((newView, frame) => {
    if (isLive && frame) announce(frame);
    isLive ||= newView.caughtUp;
    if (frame?.type === 'gap') pending = pending.filter((each) => each.seq === undefined);
    view = newView;
    drawSoon();
  });
}

function drawSoon() {
  if (isDrawingDue) return;
  isDrawingDue = true;
  requestAnimationFrame(draw);
}

function draw() {
  isDrawingDue = false;
  pending = pending.filter(isUnseen);
  const note = client.state.name === 'open' ? 'Sending…' : 'Waits for the connection';
  drawConversation($('conversation'), view, pending.map((each) => ({ ...each, note })));
  const isSignedOut = client.state.name === 'closed' && client.state.code === 4401;
  const isEmpty = !view.messages.length && !view.runs.length && !pending.length;
  $('signin').hidden = !isSignedOut;
  $('foot').hidden = isSignedOut;
  $('new-conversation').hidden = isSignedOut;
  $('welcome').hidden = isSignedOut || !isEmpty || !view.caughtUp;
  $('conversation').setAttribute('aria-busy', String(isBusy()));
  drawComposer();
  followTheEnd();
}

function followTheEnd() {
  if (isFollowing) scrollToEnd();
  $('latest').hidden = isNearTheEnd();
}

function scrolled() {
  isFollowing = isNearTheEnd();
  $('latest').hidden = isFollowing;
}

function scrollToEnd() {
  $('scroller').scrollTop = $('scroller').scrollHeight;
}

function isBusy() {
  return view.run?.state === 'open' || pending.some(isUnseen);
}

/** Not in the view yet: not accepted, or accepted at a seq that is still to come. */
function isUnseen({ seq }) {
  return seq === undefined || seq > view.seq;
}

function isNearTheEnd() {
  const { scrollHeight, scrollTop, clientHeight } = $('scroller');
  return scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX;
}

function drawComposer() {
  $('send').disabled = client.state.name === 'closed' || !$('text').value.trim();
  if ($('stop').hidden !== !isBusy()) swapButtons();
  $('composer-hint').textContent = isBusy()
    ? 'Answering · stop it to say something else'
    : 'Enter sends · Shift+Enter starts a new line';
}

function textChanged() {
  const text = $('text');
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight}px`;
  drawComposer();
}

function writeText(words) {
  $('text').value = words;
  textChanged();
}

/** One of the two is there; the keyboard's place moves with it. */
function swapButtons() {
  const hadFocus = document.activeElement === $('stop');
  $('stop').hidden = !isBusy();
  $('send').hidden = isBusy();
  if (hadFocus) $('text').focus();
}

async function say(text) {
  if (isBusy() || !text.trim()) return;
  const entry = { id: randomId(), text };
  pending = [...pending, entry];
  hideNotice();
  scrollToEnd();
  drawSoon();
  try {
    entry.seq = (await thread.send(text)).seq;
  } catch (error) {
    pending = pending.filter((each) => each !== entry);
    if (!$('text').value) writeText(text);
    complain(error);
  }
  drawSoon();
}

const IN_WORDS = {
  thread_busy: 'The assistant is still answering. Stop it, or wait for the end.',
  disconnected: 'That was not sent: this page is not connected.',
};

function complain(error) {
  const wait = error.retryAfterMs ? ` Try again in ${Math.ceil(error.retryAfterMs / 1000)} s.` : '';
  $('notice-text').textContent = (IN_WORDS[error.code] ?? error.message) + wait;
  $('notice').hidden = false;
}

function hideNotice() {
  $('notice').hidden = true;
}

/** For screen readers: what begins and how it ended, not every word, nor what is past. */
function announce({ type, payload }) {
  const words = {
    agent_started: () => `${payload.agent} is answering`,
    tool_executing: () => `Using ${payload.tool_name}`,
    agent_completed: () => payload.text,
    agent_failed: () => `Failed: ${payload.message}`,
    agent_cancelled: () => 'Stopped',
  };
  if (Object.hasOwn(words, type)) $('announcer').textContent = words[type]();
}

const STATE_WORDS = { connecting: 'Connecting…', open: 'Connected', waiting: 'Offline' };
const CLOSED_WORDS = { 4401: 'Not signed in', 4403: 'Not allowed', 4409: 'Open elsewhere' };

function connectionChanged(state) {
  clearInterval(countdown);
  $('connection').dataset.state = state.name;
  $('connection-text').textContent =
    STATE_WORDS[state.name] ?? CLOSED_WORDS[state.code] ?? `Closed (${state.code})`;
  $('countdown').textContent = '';
  const canTry = state.name === 'waiting' || (state.name === 'closed' && state.code !== 4401);
  $('reconnect').hidden = !canTry;
  if (state.name === 'open') welcomed();
  if (state.code === 4401) forgetToken();
  if (state.name === 'waiting') waitAloud(state.retryInMs);
  drawSoon();
}

function welcomed() {
  hideNotice();
}

function waitAloud(retryInMs) {
  const end = Date.now() + retryInMs;
  const tick = () => {
    const seconds = Math.max(1, Math.ceil((end - Date.now()) / 1000));
    $('countdown').textContent = `· again in ${seconds} s`;
  };
  tick();
  countdown = setInterval(tick, 250);
}

function keyPressed(event) {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $('composer').requestSubmit();
}

function submitted(event) {
  event.preventDefault();
  const text = $('text').value;
  if (isBusy() || client.state.name === 'closed' || !text.trim()) return;
  writeText('');
  say(text);
}

function newConversation() {
  view = emptyView;
  hideNotice();
  showThread(randomId());
  $('text').focus();
}

client.on('state', connectionChanged);
client.on('error', complain);
addEventListener('hashchange', () => location.reload());
$('composer').addEventListener('submit', submitted);
$('text').addEventListener('keydown', keyPressed);
$('text').addEventListener('input', textChanged);
$('stop').addEventListener('click', () => thread.cancel().catch(complain));
$('reconnect').addEventListener('click', () => client.reconnect());
$('new-conversation').addEventListener('click', newConversation);
$('notice-close').addEventListener('click', hideNotice);
$('scroller').addEventListener('scroll', scrolled, { passive: true });
new ResizeObserver(followTheEnd).observe($('scroller'));
$('latest').addEventListener('click', scrollToEnd);
for (const button of document.querySelectorAll('[data-suggestion]')) {
  button.addEventListener('click', () => {
    say(button.textContent);
    $('text').focus();
  });
}
$('signin-address').textContent = `${location.origin}/#…`;
showThread(localStorage.getItem(STORED_THREAD) ?? randomId());
connectionChanged(client.state);
$('text').focus();
