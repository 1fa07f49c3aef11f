// Where the reader is, as a store; the address and the store follow each other.
import { Store } from './store.js';
import { change, parse, print } from './url.js';

export const route = new Store(parse(globalThis.location?.hash ?? ''));

/** Goes to a state; Back leads to the one before. */
export function go(next) {
  const hash = print(next);
  if (hash !== location.hash) history.pushState(null, '', hash);
  route.set(parse(hash));
}

/** Stands for the state that is shown, so that Back does not stop at it. */
export function replace(next) {
  const hash = print(next);
  if (hash !== location.hash) history.replaceState(null, '', hash);
  route.set(parse(hash));
}

/** Changes parameters of the present state. */
export function set(values, { instead = false } = {}) {
  const { view, argument, parameters } = route.value;
  (instead ? replace : go)({ view, argument, parameters: change(parameters, values) });
}

/** Takes the state from the address. */
export function read() {
  route.set(parse(location.hash));
}

/** Follows Back, Forward and typed addresses. */
export function follow() {
  addEventListener('popstate', read);
  addEventListener('hashchange', read);
}
