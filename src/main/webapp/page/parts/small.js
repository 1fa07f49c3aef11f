// Small parts that several views use.
import { html, useEffect, useLayoutEffect, useRef, useState } from '../ui.js';
import { hue } from '../state/format.js';
import { visibleName } from '../json/visible.js';
import { signInNow } from '../session/session.js';
import { Icon } from './icons.js';

/** A subject, topic or type: a dot of its colour and its name, isolated so that it turns no text around it. */
export function Name({ name, plain = false, most = 120 }) {
  if (name === null || name === undefined) return html`<span class="none">–</span>`;
  return html`<bdi class=${plain ? 'name' : `name dot h${hue(name)}`} title=${visibleName(name, 2000)}>${visibleName(name, most)}</bdi>`;
}

/** A button that copies; it says so for a moment. */
export function Copy({ text, label, children, small = false }) {
  const [done, setDone] = useState('');
  const timer = useRef(null);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'function' ? await text() : text);
      setDone('Copied');
    } catch {
      setDone('The browser does not allow it'); // no permission, or no secure context
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setDone(''), 2000);
  };
  return html`<button type="button" class=${small ? 'quiet small' : 'quiet'} onClick=${copy} title=${label} aria-label=${children ? undefined : label}>
    <${Icon} name=${done === 'Copied' ? 'check' : 'copy'} size="16" />${children && html`<span>${children}</span>`}<span role="status" class=${done && done !== 'Copied' ? '' : 'hidden'}>${done}</span></button>`;
}

/** A dialog in front of everything else. */
export function Dialog({ title, onClose, children, wide = false }) {
  const element = useRef(null);
  // In the frame that shows it, not after it: Esc that is pressed at once would find nothing to close.
  useLayoutEffect(() => {
    const before = document.activeElement;
    element.current.showModal();
    return () => before instanceof HTMLElement && before.isConnected && before.focus();
  }, []);
  return html`<dialog ref=${element} class=${wide ? 'wide' : ''} aria-label=${title} onClose=${onClose}
      onClick=${(event) => event.target === element.current && element.current.close()}>
    <div class="dialog-head"><h2>${title}</h2>
      <button type="button" class="quiet" aria-label="Close" onClick=${() => element.current.close()}><${Icon} name="close" /></button></div>
    <div class="dialog-body">${children}</div>
  </dialog>`;
}

/** A state of a view that shows nothing else: what it is and what to do. */
export function State({ tone = '', icon, title, children }) {
  return html`<div class=${`state ${tone}`} role=${tone === 'bad' ? 'alert' : 'status'}>
    ${icon && html`<${Icon} name=${icon} size="36" />`}<h2>${title}</h2>${children}</div>`;
}

/** An error as a state, with a button to try again. */
export function Failure({ error, again, title }) {
  return html`<${State} tone="bad" icon="warn" title=${title ?? (error.status === 503 ? 'The database is away' : error.status === 403 ? 'No rights' : error.status === 401 ? 'Sign in to see this' : error.status === 0 ? 'The server does not answer' : 'This did not work')}>
    <p>${error.message}</p>${error.status === 503 && html`<p>Messages wait in Redis meanwhile; none is lost.</p>`}${error.status === 403 && html`<p>Ask those who run this server for the role, or sign in as somebody who has it.</p>`}
    <div class="buttons">${[401, 403].includes(error.status) && html`<button type="button" onClick=${signInNow}><${Icon} name="user" size="16" />Sign in</button>`}${again && html`<button type="button" class="primary" onClick=${again}><${Icon} name="retry" size="16" />Try again</button>`}</div></${State}>`;
}

/** A menu of things to choose, opened by a button. */
export function Menu({ label, icon, children, text, align = '' }) {
  const element = useRef(null);
  useLayoutEffect(() => {
    const close = (event) => {
      const node = element.current;
      if (!node?.open) return;
      if (event.type === 'keydown' ? event.key === 'Escape' : !node.contains(event.target)) {
        node.open = false;
        if (event.type === 'keydown') {
          event.stopPropagation();
          node.querySelector('summary').focus();
        }
      }
    };
    document.addEventListener('pointerdown', close);
    element.current.addEventListener('keydown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, []);
  return html`<details class=${`menu ${align}`} ref=${element}><summary class="button" title=${label} aria-label=${text && text !== label ? `${label}: ${text}` : label}>
    ${icon && html`<${Icon} name=${icon} size="16" />`}${text && html`<span>${text}</span>`}</summary><div class="menu-body" onClick=${(event) => { if (event.target.closest('button.item')) element.current.open = false; }} onSubmit=${() => { element.current.open = false; }}>${children}</div></details>`;
}

/** Marks the places where a word is found. */
export function Marked({ text, word }) {
  if (!word) return text;
  const parts = [];
  const low = text.toLowerCase();
  const needle = word.toLowerCase();
  if (low.length !== text.length || needle === '') return text;
  let from = 0;
  for (let at = low.indexOf(needle); at >= 0 && parts.length < 40; at = low.indexOf(needle, from)) {
    parts.push(text.slice(from, at), html`<mark>${text.slice(at, at + needle.length)}</mark>`);
    from = at + needle.length;
  }
  parts.push(text.slice(from));
  return parts;
}
