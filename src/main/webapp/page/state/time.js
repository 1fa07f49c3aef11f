// Instants to the microsecond, shown in the reader's zone or in UTC.

const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d(?::?\d\d)?)$/;

/** {ms, micros} of a timestamp: milliseconds since 1970 and what is beyond a millisecond, 0 to 999; null when it is none. */
export function instant(text) {
  const match = typeof text === 'string' ? RFC3339.exec(text) : null;
  if (!match) return null;
  const fraction = (match[3] ?? '').padEnd(6, '0');
  let zone = match[4].toUpperCase();
  if (/^[+-]\d\d$/.test(zone)) zone += ':00';
  else if (/^[+-]\d{4}$/.test(zone)) zone = `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const ms = Date.parse(`${match[1]}T${match[2]}.${fraction.slice(0, 3)}${zone}`);
  return Number.isNaN(ms) ? null : { ms, micros: Number(fraction.slice(3, 6)) };
}

const two = (n) => String(n).padStart(2, '0');

function parts(ms, zone) {
  const d = new Date(ms);
  return zone === 'utc'
    ? [d.getUTCFullYear(), d.getUTCMonth() + 1, d.getUTCDate(), d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds(), d.getUTCMilliseconds()]
    : [d.getFullYear(), d.getMonth() + 1, d.getDate(), d.getHours(), d.getMinutes(), d.getSeconds(), d.getMilliseconds()];
}

/** 2026-03-02 */
export function date(ms, zone) {
  const [y, m, d] = parts(ms, zone);
  return `${y}-${two(m)}-${two(d)}`;
}

/** 09:15:00 */
export function clock(ms, zone) {
  const [, , , h, min, s] = parts(ms, zone);
  return `${two(h)}:${two(min)}:${two(s)}`;
}

/** 09:15:00.250; 03-02 09:15:00.250 when it is not today; 2025-03-02 09:15:00 in another year. What is no time stays as it is. */
export function short(text, zone, now = Date.now()) {
  const at = instant(text);
  if (!at) return text ?? '';
  const time = `${clock(at.ms, zone)}.${String(parts(at.ms, zone)[6]).padStart(3, '0')}`;
  const day = date(at.ms, zone);
  const today = date(now, zone);
  if (day === today) return time;
  return day.slice(0, 4) === today.slice(0, 4) ? `${day.slice(5)} ${time}` : `${day} ${clock(at.ms, zone)}`;
}

/** 2026-03-02 09:15:00.250000 +01:00, all digits there are. */
export function full(text, zone) {
  const at = instant(text);
  if (!at) return text ?? '';
  const millis = String(parts(at.ms, zone)[6]).padStart(3, '0');
  const fraction = at.micros ? millis + String(at.micros).padStart(3, '0') : millis;
  return `${date(at.ms, zone)} ${clock(at.ms, zone)}.${fraction} ${zone === 'utc' ? 'UTC' : offset(at.ms)}`;
}

function offset(ms) {
  const minutes = -new Date(ms).getTimezoneOffset();
  const abs = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(abs / 60))}:${two(abs % 60)}`;
}

/** The name of the reader's zone. */
export function localZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Milliseconds between two timestamps, with three decimals; null when one of them is none. */
export function between(from, to) {
  const a = instant(from);
  const b = instant(to);
  return a && b ? b.ms - a.ms + (b.micros - a.micros) / 1000 : null;
}

/** A range as parameters of a question: a duration becomes the time that it means now, so that all pages ask the same. */
export function asked(since, until, now = Date.now()) {
  return [['since', since], ['until', until]]
    .filter(([, text]) => text !== '' && text !== null && text !== undefined)
    .map(([name, text]) => [name, duration(text) === null ? text : new Date(moment(text, now)).toISOString()]);
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration as in 90s, 15m, 36h or 7d; null when it is none. */
export function duration(text) {
  const match = /^(\d{1,6})([smhd])$/.exec(text ?? '');
  return match ? Number(match[1]) * UNITS[match[2]] : null;
}

const BARS = 150;

/** The bucket of a histogram of so many milliseconds: the finest with not too many bars. */
export function bucket(ms) {
  return ['1m', '5m', '15m', '1h', '6h', '1d'].find((text) => ms / duration(text) <= BARS) ?? '1d';
}

/** The instant in milliseconds that `since` or `until` means: a duration back from now, or a time. */
export function moment(text, now = Date.now()) {
  const back = duration(text);
  return back !== null ? now - back : instant(text)?.ms ?? null;
}

/** 12 s, 5 min, 3 h, 2 days: how long something lasts, for reading. */
export function lasting(ms) {
  const s = Math.max(0, ms) / 1000;
  if (s < 1) return `${Math.round(ms)} ms`;
  if (s < 100) return `${Math.round(s)} s`;
  if (s < 6000) return `${Math.round(s / 60)} min`;
  if (s < 172_800) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86_400)} days`;
}

/** 1.25 ms, 350 ms, 2.1 s, 5 min: a latency. */
export function latency(ms) {
  if (ms === null || ms === undefined) return '';
  if (ms < 0) return `−${latency(-ms)}`;
  if (ms < 10) return `${Number(ms.toFixed(2))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return lasting(ms);
}

/** The value of an input of type datetime-local as a time in UTC, and back. */
export function toInput(ms, zone) {
  return `${date(ms, zone)}T${clock(ms, zone)}`;
}

export function fromInput(value, zone) {
  const ms = Date.parse(zone === 'utc' ? `${value}Z` : value);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
