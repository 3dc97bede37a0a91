/** The health of agents and of the services behind agents and tools. */
import { $ } from '../page/dom.js';
import { makeTable } from './table.js';
import { count, millis, percent } from './units.js';

const WINDOW_MS = 300_000;

export function makeAgents() {
  const drawAgents = makeTable($('agents-table'), [
    { name: 'Agent', text: ({ name }) => name },
    ...['open', 'started', 'completed', 'cancelled', 'failed'].map((key) => ({
      name: `${key[0].toUpperCase()}${key.slice(1)}`, isNumber: true, text: (row) => count(row[key]),
      exact: (row) => row[key], tone: (row) => (key === 'failed' && row.failed ? 'bad' : null) })),
    { name: 'Failed, 5 min', isNumber: true, text: ({ recentFailed, recentEnded }) => percent(recentFailed, recentEnded),
      tone: ({ recentFailed }) => (recentFailed ? 'bad' : null) },
    { name: 'Failures by code', isLong: true, text: ({ codes }) => codes },
    { name: 'First event p50', isNumber: true, text: ({ first }) => millis(first.p50_ms) },
    { name: 'p99', isNumber: true, text: ({ first }) => millis(first.p99_ms) },
  ], ({ name }) => name, 'No agent has had a run since the start.');
  const drawServices = makeTable($('services-table'), [
    { name: 'Service', text: ({ name }) => name },
    { name: 'Circuit', text: ({ isOpen }) => (isOpen === null ? '–' : isOpen ? 'open: held back' : 'closed'),
      tone: ({ isOpen }) => (isOpen ? 'bad' : null) },
    { name: 'Places taken', isNumber: true, text: ({ taken, places }) => (places === null ? '–' : `${count(taken)} of ${count(places)}`),
      tone: ({ taken, places }) => (places && taken >= places ? 'busy' : null) },
    { name: 'Waiting', isNumber: true, text: ({ waiting }) => count(waiting), tone: ({ waiting }) => (waiting ? 'busy' : null) },
    { name: 'Requests', isNumber: true, text: ({ requests }) => count(requests), exact: ({ requests }) => requests },
    { name: 'Failed', isNumber: true, text: ({ failed }) => count(failed), tone: ({ failed }) => (failed ? 'bad' : null) },
    { name: 'Failures by code', isLong: true, text: ({ codes }) => codes },
    { name: 'First byte p50', isNumber: true, text: ({ first }) => millis(first.p50_ms) },
    { name: 'p99', isNumber: true, text: ({ first }) => millis(first.p99_ms) },
  ], ({ name }) => name, 'No agent or tool of these settings has a service.');

  return {
    drawFigures(live) {
      drawAgents(namesIn(live.now, 'agent', ['parley_runs', 'parley_runs_started_total']).map((name) => agent(live, name)));
      drawServices(namesIn(live.now, 'service', ['parley_upstream_places', 'parley_upstream_requests_total'])
        .map((name) => service(live, name)));
    },
  };
}

function namesIn(metrics, label, families) {
  const names = families.flatMap((family) => [...metrics.sumsBy(label, family).keys()]);
  return [...new Set(names)].sort((one, other) => one.localeCompare(other));
}

function agent(live, name) {
  const { now } = live;
  const ended = (state) => now.sum('parley_runs_ended_total', { agent: name, state });
  return {
    name,
    open: now.sum('parley_runs', { agent: name }),
    started: now.sum('parley_runs_started_total', { agent: name }),
    completed: ended('completed'), cancelled: ended('cancelled'), failed: ended('failed'),
    recentFailed: live.countSince(WINDOW_MS, 'parley_runs_ended_total', { agent: name, state: 'failed' }),
    recentEnded: live.countSince(WINDOW_MS, 'parley_runs_ended_total', { agent: name }),
    codes: codesIn(now.sumsBy('code', 'parley_runs_failed_total', { agent: name })),
    first: live.latency(Infinity, 'parley_first_event_seconds', { agent: name }),
  };
}

function service(live, name) {
  const { now } = live;
  const gauge = (family) => now.series(family, { service: name })[0]?.value ?? null;
  const failures = { service: name };
  const isOpen = gauge('parley_upstream_circuit_open');
  return {
    name,
    isOpen: isOpen === null ? null : isOpen > 0,
    places: gauge('parley_upstream_places'),
    taken: gauge('parley_upstream_places_taken'),
    waiting: gauge('parley_upstream_waiting'),
    requests: now.sum('parley_upstream_requests_total', failures),
    failed: now.sum('parley_upstream_failures_total', failures),
    codes: codesIn(now.sumsBy('code', 'parley_upstream_failures_total', failures)),
    first: live.latency(Infinity, 'parley_upstream_first_byte_seconds', failures),
  };
}

/** The most frequent first. */
const codesIn = (counts) => [...counts].filter(([, number]) => number > 0)
  .sort(([, one], [, other]) => other - one).map(([code, number]) => `${code} ${count(number)}`).join(', ') || '–';
