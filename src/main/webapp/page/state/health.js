// What the server says about itself, asked every few seconds over a connection of its own: a feed that is silent and a server that is
// gone look the same from the feed alone.
import { readiness } from '../api/client.js';
import { Store } from './store.js';

const EVERY = 5_000;
const PATIENCE = 4_000;

/** {known, reachable, since, checks, up}: `since` when it became (un)reachable; checks as [{name, status, data}]. */
export const health = new Store({ known: false, reachable: true, since: Date.now(), checks: [], up: true });

let timer = null;

/** Asks now, and then every few seconds. */
export async function watch() {
  clearTimeout(timer);
  const before = health.value;
  try {
    const { status, checks } = await readiness(AbortSignal.timeout(PATIENCE));
    const since = before.reachable && before.known ? before.since : Date.now();
    health.set({ known: true, reachable: true, since, checks: checks ?? [], up: status === 'UP' });
  } catch {
    // No answer in time, or none that is readiness: the page says that the server does not answer.
    const since = !before.reachable ? before.since : Date.now();
    health.set({ known: true, reachable: false, since, checks: before.checks, up: false });
  } finally {
    clearTimeout(timer);
    timer = setTimeout(watch, EVERY);
  }
}

/** The check of a name. */
export function check(state, name) {
  return state.checks.find((one) => one.name === name);
}
