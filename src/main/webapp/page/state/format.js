// Numbers for reading.

/** 12,345 */
export function number(n) {
  return n === null || n === undefined ? '–' : Math.round(n).toLocaleString('en');
}

/** 940, 12.3k, 4.5M */
export function compact(n) {
  if (n === null || n === undefined) return '–';
  const abs = Math.abs(n);
  if (abs < 10) return String(Number(n.toFixed(1)));
  if (abs < 1000) return String(Math.round(n));
  const [unit, letter] = abs < 999_500 ? [1e3, 'k'] : abs < 999_500_000 ? [1e6, 'M'] : [1e9, 'G'];
  const value = n / unit;
  return (Math.abs(value) < 99.95 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)) + letter;
}

/** 512 B, 1.5 kB, 3 MB */
export function bytes(n) {
  if (n === null || n === undefined) return '–';
  if (n < 1000) return `${n} B`;
  for (const [unit, name] of [[1e3, 'kB'], [1e6, 'MB'], [1e9, 'GB'], [1e12, 'TB']]) {
    if (n < unit * 999.5) return `${Number((n / unit).toFixed(n / unit < 10 ? 1 : 0))} ${name}`;
  }
  return `${(n / 1e15).toFixed(1)} PB`;
}

/** "1 message", "2 messages" */
export function many(n, one, more = `${one}s`) {
  return `${number(n)} ${n === 1 ? one : more}`;
}

/** One of 24 hues for a name, always the same. */
export function hue(name) {
  let hash = 2166136261 ^ 743;
  for (let i = 0; i < Math.min(name.length, 200); i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822519);
  return ((hash ^ (hash >>> 13)) >>> 0) % 24;
}

/** A text in single quotes for a POSIX shell. */
export function shell(text) {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
