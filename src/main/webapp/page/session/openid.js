// Signing in at an OpenID Connect issuer: authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 6749, 7636, 9207). What
// belongs to a sign-in under way lies in sessionStorage while the browser is at the issuer; the refresh token is in memory only.
import { address } from '../state/base.js';
import { exchange, keep, session } from './session.js';

const UNDER_WAY = 'message-logger.sign-in';
const AT = 'message-logger.signed-in-at';
const RENEW_AT = 0.8; // of the time that a token is good
const SOONEST = 5_000;
const AGAIN_AFTER = 10_000;

/** Why signing in did not work, in a sentence. */
export class SignInError extends Error {}

const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

const secret = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** The S256 challenge of a verifier (RFC 7636). */
export async function challenge(verifier) {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

/** The claims of a JSON Web Token, unchecked; null when it is none. */
export function claims(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
    const found = JSON.parse(new TextDecoder().decode(bytes));
    return typeof found === 'object' ? found : null;
  } catch {
    return null; // an opaque token, or no token
  }
}

/**
 * Checks what an issuer says of itself (OpenID Connect Discovery 1.0). Its token endpoint has the issuer's own origin: the page's
 * Content-Security-Policy allows no other.
 */
export function checkDiscovery(found, issuer) {
  if (found?.issuer !== issuer) throw new SignInError(`The issuer calls itself ${found?.issuer}, and not ${issuer} as this server expects.`);
  const { origin } = new URL(issuer);
  for (const name of ['authorization_endpoint', 'token_endpoint']) {
    if (!/^https?:\/\//.test(found[name] ?? '')) throw new SignInError(`The issuer names no ${name}.`);
  }
  if (new URL(found.token_endpoint).origin !== origin) throw new SignInError(`The issuer's token_endpoint is not at ${origin}, and this page may ask no other.`);
  return found;
}

/** Where the reader signs in. The answer comes behind the #, where the issuer can do so, so that no server logs it. */
export function authorization(discovery, { clientId, redirect, state, nonce, codeChallenge }) {
  const url = new URL(discovery.authorization_endpoint);
  const fragment = (discovery.response_modes_supported ?? ['query', 'fragment']).includes('fragment');
  const parameters = { response_type: 'code', client_id: clientId, redirect_uri: redirect, scope: 'openid', state, nonce, code_challenge: codeChallenge, code_challenge_method: 'S256', ...(fragment ? { response_mode: 'fragment' } : {}) };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** The issuer's answer in an address, as URLSearchParams; null when there is none. */
export function answerIn({ hash, search }) {
  for (const text of [hash.startsWith('#/') ? '' : hash.slice(1), search.slice(1)]) {
    const found = new URLSearchParams(text);
    if (found.has('state') && (found.has('code') || found.has('error'))) return found;
  }
  return null;
}

/** The code of an answer that belongs to the sign-in under way; throws a SignInError for any other. */
export function codeOf(answer, underWay) {
  if (!underWay || answer.get('state') !== underWay.state) throw new SignInError('This answer belongs to no sign-in that was begun in this tab. Nothing was taken from it; sign in again.');
  if (answer.has('iss') && answer.get('iss') !== underWay.issuer) throw new SignInError('The answer comes from another issuer. Nothing was taken from it.');
  if (answer.has('error')) throw new SignInError(`The issuer did not let you in: ${(answer.get('error_description') || answer.get('error')).slice(0, 200)}`);
  return answer.get('code');
}

/** Checks the ID token that came with the tokens, directly from the issuer (OpenID Connect Core 1.0, 3.1.3.7). */
export function checkIdToken(token, { issuer, clientId, nonce }) {
  const found = claims(token ?? '');
  if (!found) throw new SignInError('The issuer sent no ID token.');
  if (found.iss !== issuer || ![found.aud].flat().includes(clientId)) throw new SignInError('The ID token is for somebody else.');
  if (found.nonce !== nonce) throw new SignInError('The ID token belongs to another sign-in.');
}

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: 'omit', redirect: 'error', ...options });
  } catch {
    throw new SignInError(`${new URL(url).origin} does not answer this page. It may be down, or it does not allow this page's origin (CORS).`);
  }
  let body = {};
  try {
    body = await response.json();
  } catch {
    // no JSON: the status says enough
  }
  if (!response.ok) throw Object.assign(new SignInError(`The issuer answered with ${response.status}${body?.error ? `: ${body.error_description || body.error}` : ''}.`), { status: response.status });
  return body;
}

async function discover(issuer) {
  return checkDiscovery(await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`), issuer);
}

const tokens = (endpoint, parameters) => ask(endpoint, { method: 'POST', body: new URLSearchParams(parameters) });

let refresh = null; // {token, endpoint, clientId}: in memory, so that a copy of the tab's storage cannot renew itself for days
let idToken = '';
let renewing = null;
let timer = null;

/** Leaves for the issuer. */
export async function begin({ issuer, clientId }) {
  if (!crypto.subtle) throw new SignInError('Browsers allow this only over HTTPS (or on localhost). Open this page with https://.');
  const discovery = await discover(issuer);
  const underWay = { issuer, clientId, state: secret(), nonce: secret(), verifier: secret(), endpoint: discovery.token_endpoint, redirect: address(''), hash: location.hash };
  const url = authorization(discovery, { ...underWay, codeChallenge: await challenge(underWay.verifier) });
  try {
    sessionStorage.setItem(UNDER_WAY, JSON.stringify(underWay));
  } catch {
    throw new SignInError('This browser lets the page keep nothing in its tab (sessionStorage), which signing in needs.');
  }
  location.assign(url);
}

function take() {
  try {
    const text = sessionStorage.getItem(UNDER_WAY);
    sessionStorage.removeItem(UNDER_WAY);
    return JSON.parse(text);
  } catch {
    return null; // storage is forbidden, or holds something else
  }
}

/** Ends a sign-in if the address holds the issuer's answer; '' or why it failed. The answer is out of the address at once. */
export async function complete() {
  const answer = answerIn(location);
  if (!answer) return '';
  const underWay = take();
  history.replaceState(null, '', address('') + (underWay?.hash ?? ''));
  try {
    const code = codeOf(answer, underWay);
    const { issuer, clientId, endpoint, redirect, verifier } = underWay;
    const found = await tokens(endpoint, { grant_type: 'authorization_code', code, redirect_uri: redirect, client_id: clientId, code_verifier: verifier });
    checkIdToken(found.id_token, underWay);
    takeIn(found, { endpoint, clientId });
    remember(issuer);
    return '';
  } catch (e) {
    if (e instanceof SignInError) return e.message;
    throw e;
  }
}

function remember(issuer) {
  try {
    if (issuer) sessionStorage.setItem(AT, issuer);
    else sessionStorage.removeItem(AT);
  } catch {
    // storage is forbidden: signing out then ends at this page
  }
}

function takeIn(found, { endpoint, clientId }) {
  if (typeof found.access_token !== 'string') throw new SignInError('The issuer sent no access token.');
  idToken = found.id_token ?? idToken;
  refresh = found.refresh_token ? { token: found.refresh_token, endpoint, clientId } : null;
  exchange(found.access_token);
  plan(Number(found.expires_in) * 1000 * RENEW_AT);
}

function plan(ms) {
  clearTimeout(timer);
  if (refresh && ms > 0) timer = setTimeout(() => renew(), Math.max(SOONEST, ms));
}

/**
 * A newer token in place of one that is not taken any more, or soon will not be. Whether there is one now: false when the reader has to
 * sign in again. Asked several times at once, it asks the issuer once.
 */
export async function renew(old = session.value.token) {
  if (session.value.token && session.value.token !== old) return true;
  if (!refresh) return false;
  renewing ??= (async () => {
    const { token, endpoint, clientId } = refresh;
    try {
      const found = await tokens(endpoint, { grant_type: 'refresh_token', refresh_token: token, client_id: clientId });
      takeIn({ refresh_token: token, ...found }, { endpoint, clientId });
      return true;
    } catch (e) {
      if (!(e instanceof SignInError)) throw e;
      if (e.status >= 400 && e.status < 500) refresh = null; // the session at the issuer has ended
      plan(AGAIN_AFTER);
      return false;
    } finally {
      renewing = null;
    }
  })();
  return renewing;
}

/** Forgets who reads, and ends the session at the issuer when it was begun there and can be ended. Whether the browser leaves the page. */
export async function signOut({ issuer, clientId }) {
  let at = '';
  try {
    at = sessionStorage.getItem(AT) ?? '';
  } catch {
    // storage is forbidden
  }
  clearTimeout(timer);
  refresh = null;
  remember('');
  keep('');
  if (!at || at !== issuer) return false;
  try {
    const { end_session_endpoint: end } = await discover(issuer);
    if (!/^https?:\/\//.test(end ?? '')) return false;
    const url = new URL(end);
    const parameters = { client_id: clientId, post_logout_redirect_uri: address(''), ...(idToken ? { id_token_hint: idToken } : {}) };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    location.assign(url.href);
    return true;
  } catch (e) {
    if (e instanceof SignInError) return false; // the page has forgotten; the issuer does not answer
    throw e;
  }
}
