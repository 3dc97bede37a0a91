/** Codes, states and times as a person would say them. */

const ERRORS = {
  thread_busy: 'The assistant is still answering. Stop it, or wait for the end.',
  queue_full: 'Eight messages are waiting already. Let one be answered first.',
  disconnected: 'That was not sent: this page is not connected.',
  unauthenticated: 'You are not signed in any more. Open the address that the gateway printed.',
  token_expired: 'Your sign-in has run out. Open the address that the gateway printed.',
  forbidden: 'Your sign-in does not allow that.',
  rate_limited: 'That was too fast for your plan.',
  quota_exceeded: 'As much is going on as your plan allows. Let something end first.',
  frame_too_large: 'That message is too long.',
  overloaded: 'There is too much to do just now.',
  draining: 'The gateway is about to restart.',
  not_found: 'That is gone already.',
  internal: 'Something went wrong in the gateway.',
};

export function errorWords({ code, message, retryAfterMs }) {
  const wait = retryAfterMs ? ` Try again in ${Math.ceil(retryAfterMs / 1000)} s.` : '';
  return (ERRORS[code] ?? message) + wait;
}

const RUN_ERRORS = {
  gateway_restarted: 'The gateway was restarted in the middle of this answer.',
  run_timeout: 'The answer took too long and was ended.',
  upstream_timeout: 'The agent went silent and was given up.',
};

const CANCELLED_BY = {
  user: 'Stopped by you', operator: 'Stopped by an operator', replaced: 'Replaced by a new message',
  shutdown: 'Stopped: the gateway was shut down',
};

export function endingWords(run) {
  const took = duration(new Date(run.ended_at) - new Date(run.started_at));
  switch (run.state) {
    case 'failed': return `${RUN_ERRORS[run.code] ?? run.message ?? 'The answer failed.'}`;
    case 'cancelled': return `${CANCELLED_BY[run.by] ?? 'Stopped'}${took && ` after ${took}`}`;
    case 'completed': return `Done${took && ` in ${took}`}${run.finish === 'length' ? ' · cut at the length limit' : ''}`;
    default: return '';
  }
}

export const TOOL_STATUS = {
  executing: 'running', ok: 'done', error: 'failed', denied: 'denied', aborted: 'stopped',
  unknown: 'outcome unknown',
};

export function stepWords({ step, text, progress }) {
  const words = text || step || 'Thinking…';
  return typeof progress === 'number' ? `${words} (${Math.round(progress * 100)} %)` : words;
}

/** @param {number} [ms] */
export function duration(ms) {
  if (!Number.isFinite(ms)) return '';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

/** @param {number} units UTF-16 units of a frame's text, near enough its bytes */
export function size(units) {
  return units < 1000 ? `${units} B` : `${(units / 1000).toFixed(1)} kB`;
}

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]];

export function ago(timestamp) {
  const past = Date.now() - new Date(timestamp);
  const [unit, ms] = UNITS.find(([, each]) => past >= each) ?? [];
  return unit ? RELATIVE.format(-Math.floor(past / ms), unit) : 'just now';
}

const SHORT_LINE = 80;

/** Flat objects read as "name: value", in one line where that is short, all else as JSON. */
export function readable(value) {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value);
  const isFlat = !Array.isArray(value) && entries.every(([, each]) => typeof each !== 'object');
  if (!isFlat) return JSON.stringify(value, null, 2);
  const pairs = entries.map(([name, each]) => `${name}: ${each}`);
  const line = pairs.join(' · ');
  return line.length <= SHORT_LINE ? line : pairs.join('\n');
}
