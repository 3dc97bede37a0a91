/** The dashboard: asks the gateway every two seconds, one request at a time, while somebody looks. */
import { Http } from '../parley/http.js';
import { $, setText } from '../page/dom.js';
import { makeThemeSwitch } from '../page/theme-switch.js';
import { makeAgents } from './agents.js';
import { makeAlerts } from './alerts.js';
import { makeAudit } from './audit.js';
import { makeBroadcasts } from './broadcasts.js';
import { makeHistory } from './history.js';
import { makeLatency } from './latency.js';
import { makeLimits } from './limits.js';
import { Live, pointOf } from './live.js';
import { parseMetrics } from './metrics.js';
import { buyToken, forgetToken, operatorToken, storeToken } from './operator.js';
import { firingIn, makeOverview } from './overview.js';
import { note, refusalWords } from './panel.js';
import { redrawPlots } from './plot.js';
import { Poller } from './poller.js';
import { makeReaders } from './readers.js';
import { makeStore } from './store.js';
import { Timeline } from './timeline.js';
import { makeUser } from './user.js';
import { makeSections } from './sections.js';
import { waitWords } from '../page/words.js';

const POINT_MS = 10_000;
/** A call that is refused or does not exist is tried again this much later. */
const REFUSED_MS = 60_000;

let last = Promise.resolve();
/** One request at a time; without a token none is sent along. */
const inTurn = (address, { headers, ...options }) => {
  const { authorization, ...others } = headers;
  const sent = operatorToken() ? headers : others;
  const answer = last.then(() => fetch(address, { ...options, headers: sent, cache: 'no-store' }));
  last = answer.catch(() => {});
  return answer;
};

const http = new Http(new URL('.', location.href).href, operatorToken, inTurn);
const live = new Live();
const timeline = new Timeline();
const overview = makeOverview(timeline);
const latency = makeLatency(timeline);
const figures = [overview, latency, makeAgents(), makeLimits(), makeStore()];
const user = makeUser(http);
const broadcasts = makeBroadcasts(http);
const history = makeHistory(http, timeline, () => hours);
const alerts = makeAlerts(http, overview.drawFiring);
const jobs = [alerts, history, makeReaders(http, user.disconnect), broadcasts, makeAudit(http)];
const dueAt = new Map();
const poller = new Poller(round, drawContact);

let hours = 1;
let isSignedOut = false;
let isKnown = false;
let lastAnswer = null;

async function round() {
  try {
    await buyToken();
    const state = await readState();
    await readMetrics();
    if (!isKnown) await readSession();
    for (const job of jobs) if (Date.now() >= (dueAt.get(job) ?? 0)) await runJob(job);
    overview.drawState(state);
    lastAnswer = Date.now();
  } catch (error) {
    if (error.status === 401) return signOut(error);
    overview.drawState(null);
    throw error;
  }
}

/** The body of `/readyz`, whatever the status: 503 has one too. */
async function readState() {
  const answer = await inTurn('readyz', { headers: {}, signal: AbortSignal.timeout(15_000) });
  return answer.json();
}

async function readMetrics() {
  try {
    const answer = await http.open('metrics', { signal: AbortSignal.timeout(15_000) });
    live.add(parseMetrics(await answer.text()), Date.now());
    timeline.add(pointOf(live, POINT_MS), Date.now());
    note('overview-note', '');
    drawFigures();
  } catch (error) {
    note('overview-note', `Figures: ${refusalWords(error, 'operator')}`);
  }
}

function drawFigures() {
  for (const each of figures) each.drawFigures(live);
  if (!alerts.isKnown) overview.drawFiring(firingIn(live.now));
  drawPlots();
}

function drawPlots() {
  const now = Date.now();
  overview.drawPlots(hours, now);
  latency.drawPlot(hours, now);
}

/** Whose token it is; a listener for operators alone may not tell. */
async function readSession() {
  let session = null;
  try {
    session = operatorToken() ? await http.call('GET', 'v1/session') : null;
  } catch (error) {
    if (error.status !== 404 && error.status !== 403) refusalWords(error, '');
  }
  isKnown = true;
  setText($('who'), session ? `${session.user_id} of ${session.tenant}, ${session.scopes.join(', ')}` : '');
  broadcasts.drawScopes(session?.scopes ?? null);
}

async function runJob(job) {
  const status = await job.poll(live);
  const isRefused = status === 403 || status === 404;
  dueAt.set(job, Date.now() + (isRefused ? REFUSED_MS : job.everyMs));
}

function signOut({ code, message } = {}) {
  poller.pause();
  isSignedOut = true;
  const words = { token_expired: 'The token has expired.', unauthenticated: operatorToken() ? `The token was refused: ${message}` : '' };
  forgetToken();
  $('sign-in').hidden = false;
  $('figures').hidden = true;
  setText($('sign-in-why'), words[code] ?? message ?? '');
  $('token').focus();
  drawContact();
}

function signIn(event) {
  event.preventDefault();
  storeToken($('token').value.trim());
  if (isKnown) {
    // Nothing that the last operator saw may stay on the page.
    broadcasts.forget();
    location.reload();
    return;
  }
  $('sign-in-form').reset();
  isSignedOut = false;
  dueAt.clear();
  live.forget();
  $('sign-in').hidden = true;
  $('figures').hidden = false;
  poller.start();
}

/** The pill at the top. Its text changes only when the state does; the countdown is not read out. */
function drawContact() {
  const isFailing = poller.failures > 0;
  const state = isSignedOut ? 'closed' : isFailing ? 'waiting' : lastAnswer ? 'open' : 'connecting';
  const words = { closed: 'Signed out', waiting: 'The gateway does not answer', open: 'Live',
    connecting: 'Asking the gateway…' }[state];
  $('contact').dataset.state = state;
  setText($('contact-text'), words);
  $('try-now').hidden = state !== 'waiting';
  $('figures').dataset.stale = String(state === 'waiting');
  drawCountdown();
}

function drawCountdown() {
  const isWaiting = $('contact').dataset.state === 'waiting';
  setText($('countdown'), isWaiting ? `next try in ${waitWords(poller.waitMs)}` : '');
}

function look() {
  if (document.visibilityState === 'hidden') poller.pause();
  else if (!isSignedOut) poller.start();
}

document.addEventListener('visibilitychange', look);
addEventListener('hashchange', () => $(location.hash.slice(1)) ?? location.reload());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawPlots);
new MutationObserver(redrawPlots).observe(document.documentElement, { attributeFilter: ['data-theme'] });
setInterval(drawCountdown, 1000);
$('try-now').addEventListener('click', () => poller.now());
$('sign-in-form').addEventListener('submit', signIn);
$('sign-out').addEventListener('click', () => signOut());
$('range').addEventListener('change', ({ target: { value } }) => {
  hours = Number(value);
  drawPlots();
  dueAt.delete(history);
  poller.now();
});
latency.onStage(drawPlots);
makeThemeSwitch();
makeSections();
look();
