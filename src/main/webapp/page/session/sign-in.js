// Signing in with a token or an API key, which stays in this tab.
import { html, useState, useStore } from '../ui.js';
import { ApiError, json } from '../api/client.js';
import { live } from '../live/feed.js';
import { Dialog } from '../parts/small.js';
import { keep, session } from './session.js';

export function SignIn({ onClose }) {
  const who = useStore(session);
  const [text, setText] = useState('');
  const [error, setError] = useState('');
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
    <p>Paste a token or an API key. It stays in this browser tab, is sent with each request, and is in no address.</p>
    <form class="sign-in" onSubmit=${submit}><label>Token or API key<textarea rows="4" required spellcheck=${false} autocomplete="off" value=${text} onInput=${(event) => setText(event.currentTarget.value)}></textarea></label>
      ${error && html`<p class="error" role="alert">${error}</p>`}
      <div class="buttons"><button class="primary">Sign in</button>${who.token && html`<button type="button" onClick=${() => { keep(''); restart(); onClose(); }}>Sign out</button>`}</div></form>
    ${who.name && html`<p class="muted">Signed in as ${who.name}${who.roles ? `: ${who.roles.join(', ')}` : ''}${who.subjects ? `; sees ${who.subjects.join(', ')}` : ''}.</p>`}
  </${Dialog}>`;
}
