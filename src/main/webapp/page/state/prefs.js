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

prefs.subscribe((value) => {
  try {
    globalThis.localStorage?.setItem(KEY, JSON.stringify(value));
  } catch {
    // as above: it lasts as long as the page
  }
});
