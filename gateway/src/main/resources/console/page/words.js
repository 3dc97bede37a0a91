/** Codes, states and times in words for a person. */

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

/** For each code of a failed run: what happened, and what a person can do. */
const RUN_ERRORS = {
  upstream_unreachable: 'The service of this agent cannot be reached. Try again later. If it stays so, ask an administrator to check its address.',
  upstream_timeout: 'The agent did not answer in time. Try again, or ask for less at once.',
  upstream_rejected: 'The service of this agent cannot take this message. Change the message, or choose another agent.',
  upstream_auth: 'The service of this agent refused the credentials of the gateway. Ask an administrator to check them.',
  upstream_rate_limited: 'The service of this agent gets too many requests. Try again later.',
  upstream_error: 'The service of this agent failed. Try again, or choose another agent.',
  upstream_truncated: 'The answer is not complete: the service of this agent ended it too early. Try again.',
  upstream_disconnected: 'The answer is not complete: the connection to the service of this agent was lost. Try again.',
  upstream_protocol: 'The agent sent something that the gateway cannot use. Ask an administrator to check the agent.',
  content_filter: 'The service of this agent withheld the answer. Say it in other words.',
  max_steps: 'The agent called tools too many times in a row. Ask for less at once.',
  approval_unsupported: 'The agent asks for an approval, which cannot be given here. Ask for something that needs none.',
  run_timeout: 'The answer took too long and was ended. Ask for less at once.',
  gateway_restarted: 'The gateway was restarted during this answer. Send the message again.',
  agent_error: 'The agent failed. Try again, or choose another agent.',
  rate_limited: 'The agent gets too many requests. Try again later.',
  overloaded: 'The agent has too much to do now. Try again later.',
  quota_exceeded: 'Your conversations have reached the storage limit. Delete one that you do not need.',
  internal: 'The gateway failed. Try again later.',
};

/** @param {import('../parley.js').Run} run a failed one */
export const failureWords = ({ code, message }) =>
  (Object.hasOwn(RUN_ERRORS, code) ? RUN_ERRORS[code] : message || 'The answer failed.');

/** A wait for a person: seconds up to two minutes, then minutes, then hours. */
export function waitWords(ms) {
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 120) return `${seconds} s`;
  return seconds <= 7_200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3_600)} h`;
}

const CANCELLED_BY = {
  user: 'Stopped by you', operator: 'Stopped by an operator', replaced: 'Replaced by a new message',
  shutdown: 'Stopped: the gateway was shut down',
};

/** How a run ended; a failed one is drawn with `failureWords`. */
export function endingWords(run) {
  const took = duration(new Date(run.ended_at) - new Date(run.started_at));
  switch (run.state) {
    case 'failed': return '';
    case 'cancelled': return `${CANCELLED_BY[run.by] ?? 'Stopped'}${took && ` after ${took}`}`;
    case 'completed': return [`Done${took && ` in ${took}`}`, usageWords(run.usage),
      run.finish === 'length' && 'cut at the length limit'].filter(Boolean).join(' · ');
    default: return '';
  }
}

/** The names that services give the same number; the first one present counts. */
const TOKENS_IN = ['prompt_tokens', 'input_tokens', 'promptTokens', 'inputTokens',
  'promptTokenCount', 'prompt_eval_count'];
const TOKENS_OUT = ['completion_tokens', 'output_tokens', 'completionTokens', 'outputTokens',
  'candidatesTokenCount', 'eval_count'];
const TOKENS_IN_ALL = ['total_tokens', 'totalTokens', 'totalTokenCount'];
/** Anthropic counts these besides `input_tokens`; all others have them in their number. */
const TOKENS_OF_CACHE = ['cache_read_input_tokens', 'cache_creation_input_tokens'];
const NUMBER = new Intl.NumberFormat('en');
const MAX_USAGES = 100;

/** The tokens that a run used, of the `usage` of any service; empty where it names none. */
export function usageWords(usage) {
  const all = (Array.isArray(usage) ? usage.slice(0, MAX_USAGES) : [usage]).map(Object);
  const sum = (countOf) => all.map(countOf).filter((count) => count !== undefined)
    .reduce((one, other) => (one ?? 0) + other, undefined);
  const sent = sum((each) => countAt(each, TOKENS_IN));
  const cached = sum((each) => TOKENS_OF_CACHE.map((key) => countAt(each, [key]) ?? 0)
    .reduce((one, other) => one + other));
  const got = sum((each) => countAt(each, TOKENS_OUT));
  const total = sum((each) => countAt(each, TOKENS_IN_ALL));
  if (sent === undefined && got === undefined) {
    return total === undefined ? '' : `${NUMBER.format(total)} tokens`;
  }
  return [sent !== undefined && `${NUMBER.format(sent + cached)} tokens in`,
    got !== undefined && `${NUMBER.format(got)} tokens out`].filter(Boolean).join(' · ');
}

function countAt(usage, keys) {
  return keys.map((key) => usage[key]).find((count) => Number.isFinite(count) && count >= 0);
}

export const TOOL_STATUS = {
  executing: 'running', ok: 'done', error: 'failed', denied: 'denied', aborted: 'stopped',
  unknown: 'outcome unknown',
};

/** The name of a sub-agent; empty for the agent itself. */
export const nameOf = (subagent) => (typeof subagent?.name === 'string' ? subagent.name : '');

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

/** @param {number} units UTF-16 units of a frame's text, about its bytes */
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
/** Longer JSON is not indented: nested lists would become many times longer. */
const MAX_INDENTED = 16_384;

/** Flat objects read as "name: value", in one line where that is short, all else as JSON. */
export function readable(value) {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  const json = JSON.stringify(value);
  if (json.length > MAX_INDENTED) return json;
  const entries = Object.entries(value);
  const isFlat = !Array.isArray(value) && entries.every(([, each]) => typeof each !== 'object');
  if (!isFlat) return JSON.stringify(value, null, 2);
  const pairs = entries.map(([name, each]) => `${name}: ${each}`);
  const line = pairs.join(' · ');
  return line.length <= SHORT_LINE ? line : pairs.join('\n');
}
