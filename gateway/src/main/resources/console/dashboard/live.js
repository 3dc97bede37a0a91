/** What the last scrapes say: figures of now, rates, and percentiles of the last minutes. */
import { bucketsSince, countOf, quantile } from './metrics.js';

const FINE_MS = 60_000;
const COARSE_MS = 20_000;
const KEPT_MS = 300_000;

/** The stages whose latency is measured, in the order in which a message passes them. */
export const STAGES = ['handshake', 'accept', 'commit', 'delivery', 'first_event', 'run', 'resume'];
export const metricOf = (stage) => `parley_${stage}_seconds`;

export class Live {
  #samples = [];

  /** @param {import('./metrics.js').Metrics} metrics @param {number} at ms */
  add(metrics, at) {
    if (this.#samples.length && isEarlierProcess(this.#samples.at(-1).metrics, metrics)) {
      this.#samples = [];
    }
    this.#samples.push({ metrics, at });
    this.#thin(at);
  }

  forget() {
    this.#samples = [];
  }

  /** All scrapes of the last minute, and one every 20 s of the last five minutes. */
  #thin(now) {
    const kept = [];
    for (const sample of this.#samples) {
      const age = now - sample.at;
      const isDue = !kept.length || sample.at - kept.at(-1).at >= COARSE_MS;
      if (age <= FINE_MS || (age <= KEPT_MS && isDue)) kept.push(sample);
    }
    this.#samples = kept;
  }

  /** The last scrape. @returns {import('./metrics.js').Metrics | undefined} */
  get now() {
    return this.#samples.at(-1)?.metrics;
  }

  /** How often a second something was counted between the last two scrapes; null with only one. */
  rate(name, labels) {
    const [before, now] = this.#samples.slice(-2);
    if (!now) return null;
    return 1000 * (now.metrics.sum(name, labels) - before.metrics.sum(name, labels)) / (now.at - before.at);
  }

  /** How much was counted within this time, at most since the first scrape. */
  countSince(windowMs, name, labels) {
    const before = this.#sampleBefore(windowMs)?.metrics ?? this.now;
    return this.now.sum(name, labels) - before.sum(name, labels);
  }

  /**
   * How many observations a histogram got within this time, and their percentiles in milliseconds.
   * With one scrape only there are none. Without a bound they are those since the start of the process.
   */
  latency(windowMs, name, labels) {
    const now = this.now.buckets(name, labels);
    const before = windowMs === Infinity ? [] : (this.#sampleBefore(windowMs)?.metrics.buckets(name, labels) ?? now);
    const buckets = bucketsSince(before, now);
    const ms = (part) => {
      const seconds = quantile(part, buckets);
      return seconds === null ? null : seconds * 1000;
    };
    return { count: countOf(buckets), p50_ms: ms(0.5), p90_ms: ms(0.9), p99_ms: ms(0.99) };
  }

  /** The oldest scrape within the window but for the last one; else the one before that. */
  #sampleBefore(windowMs) {
    const end = this.#samples.at(-1);
    return this.#samples.slice(0, -1).find(({ at }) => end.at - at <= windowMs) ?? this.#samples.at(-2);
  }
}

/** A process that has started again has a shorter uptime than before. */
const isEarlierProcess = (before, now) =>
  now.sum('process_uptime_seconds') < before.sum('process_uptime_seconds');

/** Commands and handshakes that were refused. */
const refusedRate = (live) => {
  const [commands, handshakes] = ['parley_commands_refused_total', 'parley_handshakes_refused_total']
    .map((name) => live.rate(name));
  return commands === null ? null : commands + handshakes;
};

/** What the plots show of one moment; the names are those of `GET /v1/history`. */
export function pointOf(live, windowMs) {
  const { now } = live;
  return {
    values: {
      connections: now.sum('parley_connections'),
      users: now.sum('parley_users'),
      runs: now.sum('parley_runs'),
      commands_per_second: live.rate('parley_commands_total'),
      events_per_second: live.rate('parley_events_appended_total'),
      refused_per_second: refusedRate(live),
      heap_bytes: now.sum('jvm_memory_used_bytes', { area: 'heap' }),
      outbound_bytes: now.sum('parley_outbound_bytes'),
    },
    latencies: Object.fromEntries(STAGES.map((stage) => [stage, live.latency(windowMs, metricOf(stage))])),
  };
}
