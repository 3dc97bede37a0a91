/**
 * Reads the text format 0.0.4 of Prometheus, which `GET /metrics` answers with. Every figure of the
 * dashboard comes from here, so it is the one that Prometheus gets.
 */
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED = { n: '\n', '\\': '\\', '"': '"' };
const NO_SAMPLES = [];

/** @typedef {{labels: Record<string, string>, value: number}} Sample */

/** @param {string} text a whole exposition */
export function parseMetrics(text) {
  const samples = new Map();
  for (const line of text.split('\n')) {
    if (!line || line.startsWith('#')) continue;
    const [, name, labels, value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) continue;
    if (!samples.has(name)) samples.set(name, []);
    samples.get(name).push({ labels: parseLabels(labels), value: parseValue(value) });
  }
  return new Metrics(samples);
}

function parseLabels(text = '') {
  const labels = {};
  for (const [, name, value] of text.matchAll(LABEL)) {
    labels[name] = value.replace(/\\(.)/g, (whole, letter) => ESCAPED[letter] ?? whole);
  }
  return labels;
}

function parseValue(text) {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

/** One scrape. Immutable. */
export class Metrics {
  #samples;

  /** @param {Map<string, Sample[]>} samples by name */
  constructor(samples) {
    this.#samples = samples;
  }

  has(name) {
    return this.#samples.has(name);
  }

  /** The series of this name that have all these labels. @returns {Sample[]} */
  series(name, labels = {}) {
    const all = this.#samples.get(name) ?? NO_SAMPLES;
    const wanted = Object.entries(labels);
    if (!wanted.length) return all;
    return all.filter((each) => wanted.every(([label, value]) => each.labels[label] === value));
  }

  /** The sum of these series; 0 without one, as for a counter that has not counted yet. */
  sum(name, labels) {
    return this.series(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The sum of these series for each value of a label. @returns {Map<string, number>} */
  sumsBy(label, name, labels) {
    const sums = new Map();
    for (const { labels: { [label]: key }, value } of this.series(name, labels)) {
      if (key !== undefined) sums.set(key, (sums.get(key) ?? 0) + value);
    }
    return sums;
  }

  /**
   * The buckets of a histogram, of all its series with these labels, in ascending order. The counts
   * are cumulative, as they are exposed; `le` is in the unit of the histogram.
   *
   * @returns {{le: number, count: number}[]}
   */
  buckets(name, labels) {
    const counts = new Map();
    for (const { labels: { le }, value } of this.series(`${name}_bucket`, labels)) {
      const bound = parseValue(le);
      counts.set(bound, (counts.get(bound) ?? 0) + value);
    }
    return [...counts].map(([le, count]) => ({ le, count })).sort((one, other) => one.le - other.le);
  }
}

/**
 * What came into the buckets between two scrapes. Where a count is lower than before, the process
 * has started again: then it is all that the later scrape has.
 */
export function bucketsSince(before, now) {
  const counts = new Map(before.map(({ le, count }) => [le, count]));
  const isReset = now.some(({ le, count }) => count < (counts.get(le) ?? 0));
  if (isReset) return now;
  return now.map(({ le, count }) => ({ le, count: count - (counts.get(le) ?? 0) }));
}

/**
 * The value below which a part of the observations lies, as `histogram_quantile` of Prometheus has
 * it: linear between the bounds of its bucket, from 0 in the first one. In the bucket without a bound
 * it is the highest bound.
 *
 * @param {number} part 0 to 1 @param {{le: number, count: number}[]} buckets cumulative, ascending
 * @returns {number | null} null without an observation
 */
export function quantile(part, buckets) {
  const total = buckets.at(-1)?.count ?? 0;
  if (!(total > 0)) return null;
  const rank = part * total;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const { le, count } = buckets[index];
  const below = index ? buckets[index - 1] : { le: 0, count: 0 };
  if (le === Infinity) return below.le;
  const inBucket = count - below.count;
  return inBucket ? below.le + (le - below.le) * ((rank - below.count) / inBucket) : le;
}

export const countOf = (buckets) => buckets.at(-1)?.count ?? 0;
