/** The points of the plots: the history that the gateway keeps, then what this page has seen since. */
const HOUR_MS = 3_600_000;
const SHORTEST_MS = 120_000;
const MAX_LIVE = HOUR_MS / 2_000;
/** Between points farther apart than this the page was not looking: the line is broken there. */
const BREAK_MS = 15_000;

export class Timeline {
  #live = [];
  #history = new Map();

  /** @param {{values: object, latencies: object}} point as of `pointOf` */
  add(point, at) {
    const last = this.#live.at(-1);
    if (last && at - last.at > BREAK_MS) this.#live.push({ at: at - 1, values: {}, latencies: {} });
    this.#live.push({ ...point, at });
    if (this.#live.length > MAX_LIVE) this.#live.splice(0, this.#live.length - MAX_LIVE);
  }

  /** @param {number} hours @param {object | null} history an answer of `GET /v1/history` */
  setHistory(hours, history) {
    this.#history.set(hours, history);
  }

  /** Two arrays and more, as uPlot takes them: times in seconds, then the values of each series. */
  series(hours, names) {
    return this.#table(hours, names.map((name) => ({
      past: ({ series }) => series?.[name], now: ({ values }) => values[name] })));
  }

  /** The same for the latency of a stage, in milliseconds. */
  latency(hours, stage, names) {
    return this.#table(hours, names.map((name) => ({
      past: ({ latencies }) => latencies?.[stage]?.[name],
      now: ({ latencies }) => latencies[stage]?.[name] })));
  }

  #table(hours, columns) {
    const history = this.#history.get(hours);
    const times = history?.times ?? [];
    const end = times.at(-1) ?? 0;
    const live = this.#live.filter(({ at }) => at > end);
    return [
      [...times, ...live.map(({ at }) => at)].map((ms) => ms / 1000),
      ...columns.map(({ past, now }) => {
        const before = history && past(history);
        return [...times.map((_, index) => before?.[index] ?? null),
          ...live.map((point) => now(point) ?? null)];
      }),
    ];
  }

  /** From and to in seconds: the hours asked for, or less while there is nothing older. */
  span(hours, now) {
    const first = Math.min(this.#history.get(hours)?.times?.[0] ?? now, this.#live[0]?.at ?? now);
    const length = Math.min(hours * HOUR_MS, Math.max(SHORTEST_MS, now - first));
    return [(now - length) / 1000, now / 1000];
  }
}
