// Who reads. The token stays in this tab (sessionStorage) and goes into no address.
import { Store } from '../state/store.js';

const KEY = 'message-logger.token';

/**
 * {token, name, roles, subjects, wanted, asked, reason}: `wanted` when the server wants a login, `asked` while the page asks for one;
 * `reason` says why in a sentence.
 */
export const session = new Store({ token: read(), name: null, roles: null, subjects: null, wanted: false, asked: false, reason: '' });

function read() {
  try {
    return globalThis.sessionStorage?.getItem(KEY) ?? '';
  } catch {
    return ''; // storage is forbidden in this browser: the token lasts as long as the page
  }
}

/** Keeps a token, or forgets it when it is ''. */
export function keep(token) {
  try {
    if (token) globalThis.sessionStorage?.setItem(KEY, token);
    else globalThis.sessionStorage?.removeItem(KEY);
  } catch {
    // as above
  }
  session.update({ token, wanted: false, asked: false, reason: '', name: null, roles: null, subjects: null });
}

/** Keeps a newer token of the same reader. */
export function exchange(token) {
  const { name, roles, subjects } = session.value;
  keep(token);
  session.update({ name, roles, subjects });
}

/** Signing in has failed. */
export function failed(reason) {
  session.update({ wanted: true, asked: true, reason });
}

/** The server has answered 401 or closed a connection for want of rights. Who has said no is not asked again and again. */
export function ask(reason) {
  if (!session.value.wanted) session.update({ wanted: true, asked: true, reason });
}

/** The reader wants to sign in now, perhaps as somebody else. */
export function signInNow() {
  session.update({ wanted: true, asked: true, reason: '' });
}

/** The reader does not want to sign in now. */
export function dismiss() {
  session.update({ asked: false });
}

/** Whether the reader may do what a role allows, as far as is known; the server has the last word. */
export function may(role) {
  const { roles } = session.value;
  return roles === null || roles.includes(role);
}
