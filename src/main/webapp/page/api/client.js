// The public REST API, and nothing that a script could not ask too.
import { items } from '../json/scan.js';
import { fields } from '../message/parse.js';
import { renew } from '../session/openid.js';
import { ask, session } from '../session/session.js';
import { address } from '../state/base.js';

const SENTENCES = {
  0: 'The server does not answer. It may be restarting, or the network is down.',
  401: 'The server wants to know who you are. Sign in to go on.',
  403: 'You have no right to do this.',
  413: 'This is larger than the server takes.',
  429: 'That was too much at a time. Wait a moment.',
  503: 'The database does not answer. Nothing is lost; try again in a moment.',
};

/** What went wrong with a request, in a sentence. */
export class ApiError extends Error {
  /**
   * @param {number} status the HTTP status; 0 when there was no answer
   * @param {object} problem RFC 9457, {} when the answer was none
   */
  constructor(status, problem = {}) {
    const errors = Array.isArray(problem.errors) ? problem.errors : [];
    super(
      errors.length > 0
        ? errors.map(({ parameter, detail }) => `${parameter}: ${detail}`).join('; ')
        : problem.detail || SENTENCES[status] || `The server answered with ${status}.`,
    );
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }
}

/**
 * Asks. Throws an ApiError, or an AbortError when the signal ended it. Statuses in `also` are answers, not errors; what is `open` is
 * asked without saying who asks. A token that has ended is renewed, once, if it can be.
 */
export async function request(path, { parameters, method = 'GET', body, headers = {}, signal, also = [], open = false } = {}) {
  let token = open ? '' : session.value.token;
  const send = async () => {
    try {
      return await fetch(address(path, parameters), {
        method,
        body,
        headers: token ? { ...headers, Authorization: `Bearer ${token}` } : headers,
        signal,
        credentials: 'same-origin',
      });
    } catch (e) {
      if (e.name === 'AbortError') throw e;
      throw new ApiError(0);
    }
  };
  let response = await send();
  if (response.status === 401 && token && (await renew(token))) {
    ({ token } = session.value);
    response = await send();
  }
  if (!response.ok && !also.includes(response.status)) {
    let problem = {};
    try {
      problem = JSON.parse(await response.text());
    } catch {
      // not a problem of ours: a proxy's page, or nothing; the status says enough
    }
    if (response.status === 401) ask(token ? 'The server does not accept your token, or no longer. Sign in again to go on.' : '');
    throw new ApiError(response.status, problem ?? {});
  }
  return response;
}

/** The answer as it was written: JSON text. */
async function text(response) {
  try {
    return await response.text();
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new ApiError(0, { detail: 'The answer broke off. Try again.' });
  }
}

/** The answer of a path as a value. For figures, whose digits JavaScript can hold; not for messages. */
export async function json(path, options) {
  return JSON.parse(await text(await request(path, options)));
}

/** The cursor of a relation in a Link header; null when it has none. Only the cursor: a proxy may have given another address. */
export function cursor(link, relation) {
  for (const part of (link ?? '').split(/,(?=\s*<)/)) {
    const match = /^\s*<([^>]*)>(.*)$/s.exec(part);
    if (match && new RegExp(`rel="?${relation}"?(?:[;\\s]|$)`).test(match[2])) {
      const mark = match[1].indexOf('?');
      return new URLSearchParams(mark < 0 ? '' : match[1].slice(mark + 1)).get('after');
    }
  }
  return null;
}

/** A page of messages: {messages, next, searchedTo, characters}. */
export async function page(path, { parameters = [], signal } = {}) {
  const response = await request(path, { parameters, signal, headers: { Accept: 'application/json' } });
  const body = await text(response);
  return {
    messages: items(body).map(fields),
    next: cursor(response.headers.get('Link'), 'next'),
    searchedTo: response.headers.get('Searched-To'),
    characters: body.length,
  };
}

/** A message by its uuid, as fields; null when none is stored. */
export async function message(uuid, signal) {
  const response = await request(`messages/${encodeURIComponent(uuid)}`, { signal, also: [404] });
  return response.status === 404 ? null : fields(await text(response));
}

/** Messages that belong together with one. */
export async function related(uuid, signal) {
  const response = await request(`messages/${encodeURIComponent(uuid)}/related`, { signal });
  return items(await text(response)).map(fields);
}

/** Pushes a message (an object) or several. */
export function send(messages) {
  return json('messages', { method: 'POST', body: JSON.stringify(messages), headers: { 'Content-Type': 'application/json' } });
}

/** Names that start with a prefix; none where the server does not complete. */
export async function terms(field, prefix, signal) {
  try {
    return await json('terms', { parameters: [['field', field], ['prefix', prefix], ['limit', '12']], signal });
  } catch (e) {
    if (e instanceof ApiError) return []; // completion is a convenience: typing goes on without it
    throw e;
  }
}

/** How one signs in here: {required, issuer, clientId}; the latter two are null where that is by a token or a key only. */
export async function authentication(signal) {
  try {
    const { authentication: found } = await json('info', { signal, open: true });
    return { required: found.required, issuer: found.client_id ? found.issuer : null, clientId: found.client_id };
  } catch (e) {
    if (isMissing(e)) return { required: false, issuer: null, clientId: null };
    throw e;
  }
}

/** Finds out who the reader is, if the server tells. */
export async function identify() {
  try {
    const { name, roles, subjects } = await json('me');
    session.update({ name, roles, subjects });
  } catch (e) {
    if (!(e instanceof ApiError)) throw e; // 401 has asked for a login already; a server without logins has no /me
  }
}

/** Statistics (GET /stats). */
export const stats = (parameters, signal) => json('stats', { parameters, signal });

/** Who talks to whom (GET /graph). */
export const graph = (parameters, signal) => json('graph', { parameters, signal });

/** Readiness: {status, checks}; also when it is DOWN. */
export const readiness = (signal) => json('health/ready', { signal, also: [503] });

/** A ticket for a WebSocket; '' where none is needed. */
export async function ticket() {
  if (!session.value.token) return '';
  try {
    return (await json('tickets', { method: 'POST' })).ticket;
  } catch (e) {
    if (e instanceof ApiError && (e.status === 404 || e.status === 405)) return ''; // a server without logins
    throw e;
  }
}

/** Whether an error says that this server does not have what was asked for. */
export function isMissing(error) {
  return error instanceof ApiError && (error.status === 404 || error.status === 405);
}
