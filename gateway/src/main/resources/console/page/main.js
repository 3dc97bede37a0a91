/** The page: the user's conversations. They are stored in the log of the gateway. */
import { connect, emptyView, randomId } from '../parley.js';
import { makeAgents } from './agents.js';
import { makeComposer } from './composer.js';
import { drawConnection } from './connection.js';
import { announce, drawConversation } from './conversation.js';
import { $, h, oncePerPicture } from './dom.js';
import { makeInspector } from './inspector.js';
import { makeNotifications } from './notifications.js';
import { Pending } from './pending.js';
import { makeScroller } from './scroller.js';
import { forgetToken, token } from './session.js';
import { SimulatedSocket, simulatedFetch } from './simulate.js';
import { makeThemeSwitch } from './theme-switch.js';
import { makeThreads } from './threads.js';
import { errorWords } from './words.js';

const STORED_THREAD = 'parley.thread';

const client = connect({
  url: '/ws', token, WebSocket: SimulatedSocket, fetch: simulatedFetch, rollupMs: 40,
});
const pending = new Pending();
const scroller = makeScroller();
const inspector = makeInspector();
const composer = makeComposer({ say, stop: () => thread.cancel().catch(complain) });
const agents = makeAgents(client, complain);
const threads = makeThreads(client, { open: showThread, deleted: leaveThread, complain });
const drawSoon = oncePerPicture(draw);

let thread;
let leave = () => {};
let view = emptyView;
let isLive = false;
/** The messages that "Try again" sends. */
let refused = [];

function showThread(id) {
  if (thread?.id === id) return closeMenu();
  leave();
  remember(id);
  pending.clear();
  hideNotice();
  view = emptyView;
  isLive = false;
  thread = client.thread(id);
  draw();
  inspector.show(id);
  leave = thread.subscribe(viewChanged);
  threads.show(id);
  scroller.toEnd();
  closeMenu();
  composer.focus();
}

function viewChanged(newView, frame) {
  if (isLive && frame) announce(frame);
  if (frame?.type === 'agent_started') agents.started(thread.id, frame.payload?.agent);
  isLive ||= newView.caughtUp;
  if (frame?.type === 'gap') pending.forgetAccepted();
  view = newView;
  threads.seen(thread.id, view, frame);
  drawSoon();
}

function draw() {
  const { state } = client;
  const waiting = pending.notIn(view);
  const note = state.name === 'open' ? 'Sending…' : 'Waits for the connection';
  drawConversation($('conversation'), view, waiting.map((each) => ({ ...each, note })), queueNote);
  const isSignedOut = state.name === 'closed' && state.code === 4401;
  const isEmpty = !view.messages.length && !view.runs.length && !waiting.length;
  const isBusy = view.run?.state === 'open' || waiting.length > 0;
  $('signin').hidden = !isSignedOut;
  $('foot').hidden = isSignedOut;
  $('new-conversation').hidden = isSignedOut;
  $('welcome').hidden = isSignedOut || !isEmpty || !view.caughtUp;
  $('conversation').setAttribute('aria-busy', String(isBusy));
  agents.draw(thread.id, view.run?.agent);
  composer.draw({ isBusy, canSend: state.name !== 'closed' });
  scroller.follow();
}

/** The browser that sent a queued message can cancel it. */
function queueNote({ seq }) {
  const commandId = pending.commandAt(thread.id, seq);
  if (!commandId) return [];
  const takeBack = h('button', { type: 'button', class: 'link' }, 'Take back');
  takeBack.addEventListener('click', async () => {
    try {
      await thread.cancel(commandId);
      takeBack.remove();
    } catch (error) {
      complain(error);
    }
  });
  return [takeBack];
}

/** @param {string | object} content the content of the message, which may have more than text */
function say(text, whenBusy, { agent = agents.toName(), content = text } = {}) {
  if (text.trim()) send({ id: randomId(), to: thread, text, whenBusy, agent, content });
}

/** Sends a message to its conversation, which may be left by the time of the answer. */
async function send(message) {
  const { id, to, text, whenBusy, agent, content } = message;
  hideNotice();
  if (to === thread) {
    pending.add({ id, text });
    scroller.toEnd();
  }
  drawSoon();
  try {
    const answer = isContent(content) ? to.send(content, { whenBusy, agent, id })
      : to.start(agent, content, { whenBusy, id });
    pending.accepted(to.id, await answer);
  } catch (error) {
    pending.drop(id);
    if (!error.retryable && to === thread && composer.isEmpty()) composer.write(text);
    else refused.push(message);
    complain(error);
  }
  drawSoon();
}

/** The content of a message is a string or a list of parts; an object needs `start_agent`. */
const isContent = (content) => typeof content === 'string' || Array.isArray(content);

/** Sends the message of a failed run again, with all its parts. */
function askAgain({ detail: { message_id: failed, agent: last } }) {
  const message = view.messages.find(({ message_id, role }) =>
    message_id === failed && role !== 'assistant');
  if (message) {
    const { text, content } = message;
    const agent = agents.toName() ?? (isContent(content) ? undefined : last);
    return say(text, undefined, { content, agent });
  }
  complain({ message: 'The message of this answer is not kept any more. Write it again.' });
}

function complain(error) {
  $('notice-text').textContent = errorWords(error);
  $('notice-again').hidden = !refused.length;
  $('notice').hidden = false;
}

/** The text of a refused message is nowhere else, so its notice stays. */
function hideNotice() {
  if (!refused.length) $('notice').hidden = true;
}

function dismiss() {
  refused = [];
  hideNotice();
}

function tryAgain() {
  const messages = refused;
  dismiss();
  for (const each of messages) send(each);
}

function connectionChanged(state) {
  drawConnection(state);
  if (state.name === 'open') {
    hideNotice();
    threads.refresh();
    agents.refresh();
  }
  if (state.code === 4401) forgetToken();
  drawSoon();
}

function leaveThread(id) {
  if (thread.id === id) showThread(threads.newest() ?? randomId());
}

function remember(id) {
  for (const storage of [sessionStorage, localStorage]) storage.setItem(STORED_THREAD, id);
}

const remembered = () =>
  sessionStorage.getItem(STORED_THREAD) ?? localStorage.getItem(STORED_THREAD) ?? randomId();

function openMenu() {
  $('side').dataset.open = 'true';
  $('new-conversation').focus();
}

function closeMenu() {
  $('side').dataset.open = 'false';
}

client.on('state', connectionChanged);
client.on('error', (error) => complain(error));
client.on('frame', inspector.seen);
addEventListener('hashchange', () => $(location.hash.slice(1)) ?? location.reload());
addEventListener('keydown', ({ key }) => key === 'Escape' && closeMenu());
$('conversation').addEventListener('again', askAgain);
$('reconnect').addEventListener('click', () => client.reconnect());
$('new-conversation').addEventListener('click', () => showThread(randomId()));
$('notice-close').addEventListener('click', dismiss);
$('notice-again').addEventListener('click', tryAgain);
$('menu').addEventListener('click', openMenu);
$('menu-close').addEventListener('click', closeMenu);
$('veil').addEventListener('click', closeMenu);
for (const button of document.querySelectorAll('[data-suggestion]')) {
  button.addEventListener('click', () => {
    say(button.dataset.suggestion);
    composer.focus();
  });
}
$('signin-address').textContent = `${location.origin}/#…`;
makeThemeSwitch();
makeNotifications(client);
showThread(remembered());
connectionChanged(client.state);
