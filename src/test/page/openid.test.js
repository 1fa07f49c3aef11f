import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerIn, authorization, challenge, checkDiscovery, checkIdToken, claims, codeOf, SignInError } from '../../main/webapp/page/session/openid.js';

const issuer = 'https://id.example/realm';
const discovery = { issuer, authorization_endpoint: 'https://login.example/auth?tenant=a', token_endpoint: 'https://id.example/realm/token' };
const jwt = (body) => `e30.${Buffer.from(JSON.stringify(body)).toString('base64url')}.sig`;
const refused = (task, text) => assert.throws(task, (e) => e instanceof SignInError && e.message.includes(text));

test('the challenge is that of RFC 7636, appendix B', async () => {
  assert.equal(await challenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'), 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
});

test('an issuer is what it is expected to be, and is asked at its own origin only', () => {
  assert.equal(checkDiscovery(discovery, issuer), discovery);
  refused(() => checkDiscovery({ ...discovery, issuer: 'https://id.example/other' }, issuer), 'calls itself');
  refused(() => checkDiscovery({ ...discovery, authorization_endpoint: 'javascript:alert(1)' }, issuer), 'authorization_endpoint');
  refused(() => checkDiscovery({ ...discovery, token_endpoint: 'https://elsewhere.example/token' }, issuer), 'https://id.example');
  refused(() => checkDiscovery(null, issuer), 'calls itself');
});

test('the question has everything that the answer is held against', () => {
  const about = { clientId: 'page', redirect: 'https://log.example/', state: 's', nonce: 'n', codeChallenge: 'c' };
  const url = new URL(authorization(discovery, about));
  const asked = Object.fromEntries(url.searchParams);
  assert.deepEqual(asked, { tenant: 'a', response_type: 'code', client_id: 'page', redirect_uri: 'https://log.example/', scope: 'openid', state: 's', nonce: 'n', code_challenge: 'c', code_challenge_method: 'S256', response_mode: 'fragment' });
  assert.equal(new URL(authorization({ ...discovery, response_modes_supported: ['query'] }, about)).searchParams.get('response_mode'), null);
});

test('an answer is found behind # or ?, and an address of the page is none', () => {
  assert.equal(answerIn({ hash: '#state=s&code=c', search: '' }).get('code'), 'c');
  assert.equal(answerIn({ hash: '', search: '?state=s&error=access_denied' }).get('error'), 'access_denied');
  for (const hash of ['', '#/live?state=s&code=c', '#code=c', '#state=s']) assert.equal(answerIn({ hash, search: '' }), null);
});

test('only the answer to the question that was asked gives a code', () => {
  const underWay = { state: 's', issuer };
  const answer = (text) => new URLSearchParams(text);
  assert.equal(codeOf(answer('state=s&code=c'), underWay), 'c');
  assert.equal(codeOf(answer(`state=s&code=c&iss=${encodeURIComponent(issuer)}`), underWay), 'c');
  refused(() => codeOf(answer('state=other&code=c'), underWay), 'no sign-in');
  refused(() => codeOf(answer('state=s&code=c'), null), 'no sign-in');
  refused(() => codeOf(answer('state=s&code=c&iss=https://evil.example'), underWay), 'another issuer');
  refused(() => codeOf(answer('state=s&error=access_denied&error_description=No%20way'), underWay), 'No way');
});

test('an ID token is for this client, of this issuer and of this sign-in', () => {
  const expected = { issuer, clientId: 'page', nonce: 'n' };
  checkIdToken(jwt({ iss: issuer, aud: 'page', nonce: 'n' }), expected);
  checkIdToken(jwt({ iss: issuer, aud: ['other', 'page'], nonce: 'n' }), expected);
  refused(() => checkIdToken(jwt({ iss: issuer, aud: 'page', nonce: 'x' }), expected), 'another sign-in');
  refused(() => checkIdToken(jwt({ iss: issuer, aud: 'x', nonce: 'n' }), expected), 'somebody else');
  refused(() => checkIdToken(jwt({ iss: 'x', aud: 'page', nonce: 'n' }), expected), 'somebody else');
  refused(() => checkIdToken(undefined, expected), 'no ID token');
  assert.equal(claims('opaque'), null);
  assert.deepEqual(claims(jwt({ name: 'Gdańsk' })), { name: 'Gdańsk' });
});
