// What a reader chose for this browser: zone, theme, columns.
import { Store } from './store.js';

const KEY = 'message-logger.prefs';
const DEFAULTS = { zone: 'local', theme: 'auto', columns: ['time', 'from', 'to', 'topic', 'type', 'ack', 'data'] };

function read() {
  try {
    return { ...DEFAULTS, ...JSON.parse(globalThis.localStorage?.getItem(KEY) ?? '{}') };
  } catch {
    return DEFAULTS; // storage is forbidden, or holds something else
  }
}

export const prefs = new Store(read());

/** Zone and columns: as the address says, else as the reader chose. */
export function look({ zone, columns }, parameters) {
  const named = (name) => parameters.find(([key]) => key === name)?.[1];
  const asked = named('cols')?.split('.').filter((name) => name !== '');
  return { zone: named('zone') ?? zone, columns: asked?.length ? asked : columns };
}

prefs.subscribe((value) => {
  try {
    globalThis.localStorage?.setItem(KEY, JSON.stringify(value));
  } catch {
    // as above: it lasts as long as the page
  }
});
