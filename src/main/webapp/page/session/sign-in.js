// Signing in: at the issuer, where one is configured for the page, or with a token or an API key. What it gets stays in this tab.
import { html, useAnswer, useState, useStore } from '../ui.js';
import { ApiError, authentication, json } from '../api/client.js';
import { Icon } from '../parts/icons.js';
import { live } from '../live/feed.js';
import { Dialog } from '../parts/small.js';
import { begin, SignInError, signOut } from './openid.js';
import { keep, session } from './session.js';

export function SignIn({ onClose }) {
  const who = useStore(session);
  const [text, setText] = useState('');
  const [error, setError] = useState('');
  const [leaving, setLeaving] = useState(false);
  const { value: how } = useAnswer((signal) => authentication(signal), []);
  const atIssuer = how?.issuer ?? null;
  const leave = async () => {
    setLeaving(true);
    setError('');
    try {
      await begin(how);
    } catch (e) {
      if (!(e instanceof SignInError)) throw e;
      setLeaving(false);
      setError(e.message);
    }
  };
  const end = async () => {
    let known = how;
    try {
      known ??= await authentication();
    } catch (e) {
      if (!(e instanceof ApiError)) throw e; // the server does not answer: the page forgets all the same
    }
    if (await signOut(known ?? {})) return;
    restart();
    onClose();
  };
  const submit = async (event) => {
    event.preventDefault();
    const before = session.value.token;
    keep(text.trim());
    try {
      const { name, roles, subjects } = await json('me');
      session.update({ name, roles, subjects });
      restart();
      onClose();
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      if (e.status === 404) { // a server without logins has nobody to ask
        restart();
        onClose();
        return;
      }
      keep(before);
      setError(e.status === 401 ? 'The server does not accept this token.' : e.message);
    }
  };
  const restart = () => {
    const { filters = [], since = '' } = live;
    live.stop();
    live.start(filters, since);
  };
  return html`<${Dialog} title="Sign in" onClose=${onClose}>
    ${who.reason && html`<p class="error" role="alert">${who.reason}</p>`}
    ${atIssuer && html`<p><button type="button" class="primary" disabled=${leaving} onClick=${leave}><${Icon} name="user" size="16" />Sign in at ${new URL(atIssuer).host}</button></p>
      ${leaving && html`<p role="status">Going there…</p>`}`}
    ${error && html`<p class="error" role="alert">${error}</p>`}
    <p>${atIssuer ? 'Or paste' : 'Paste'} a token or an API key. It stays in this browser tab, is sent with each request, and is in no address.</p>
    <form class="sign-in" onSubmit=${submit}><label>Token or API key<textarea rows="4" required spellcheck=${false} autocomplete="off" value=${text} onInput=${(event) => setText(event.currentTarget.value)}></textarea></label>
      <div class="buttons"><button class=${atIssuer ? '' : 'primary'}>Sign in</button>${who.token && html`<button type="button" onClick=${end}>Sign out</button>`}</div></form>
    ${who.name && html`<p class="muted">Signed in as ${who.name}${who.roles ? `: ${who.roles.join(', ')}` : ''}${who.subjects ? `; sees ${who.subjects.join(', ')}` : ''}.</p>`}
  </${Dialog}>`;
}
