/** Figures with their units, for a person. An absent figure is a dash. */
export const NONE = '–';

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 });
const THREE = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const TENTHS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const MAX_WHOLE = 10_000_000;
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

const isAbsent = (figure) => figure === null || figure === undefined || Number.isNaN(figure);

/** Exact up to ten million, then rounded: `12.35M`. */
export function count(figure) {
  if (isAbsent(figure)) return NONE;
  return figure < MAX_WHOLE ? WHOLE.format(figure) : SHORT.format(figure);
}

export const exactly = (figure) => (isAbsent(figure) ? NONE : WHOLE.format(figure));

export function rate(figure) {
  if (isAbsent(figure)) return NONE;
  return figure >= 100 ? count(figure) : TENTHS.format(figure);
}

export function bytes(figure) {
  if (isAbsent(figure)) return NONE;
  let unit = 0;
  let size = figure;
  while (size >= 1000 && unit < BYTE_UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size >= 100 ? WHOLE.format(size) : THREE.format(size)} ${BYTE_UNITS[unit]}`;
}

export function millis(figure) {
  if (isAbsent(figure)) return NONE;
  if (figure < 1000) return `${figure >= 100 ? WHOLE.format(figure) : THREE.format(figure)} ms`;
  return figure < 120_000 ? `${THREE.format(figure / 1000)} s` : `${THREE.format(figure / 60_000)} min`;
}

export function percent(part, whole) {
  return whole > 0 ? `${TENTHS.format(100 * part / whole)} %` : NONE;
}

/** How long something has been going: the two largest units. */
export function lasted(seconds) {
  if (isAbsent(seconds)) return NONE;
  const whole = Math.floor(seconds);
  const parts = [[Math.floor(whole / 86_400), 'd'], [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'], [whole % 60, 's']];
  const first = parts.findIndex(([number]) => number > 0);
  if (first < 0) return '0 s';
  return parts.slice(first, first + 2).filter(([number]) => number > 0)
    .map(([number, unit]) => `${number} ${unit}`).join(' ');
}

const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const DAY_AND_TIME = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short',
  hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The time of day; with the day if that is not today. */
export function time(timestamp) {
  const date = new Date(timestamp ?? NaN);
  if (Number.isNaN(date.getTime())) return NONE;
  const isToday = date.toDateString() === new Date().toDateString();
  return (isToday ? TIME : DAY_AND_TIME).format(date);
}
