// The frame around the views: where to go, how the feed is, what is open.
import { Boundary, html, useEffect, useLayoutEffect, useState, useStore } from './ui.js';
import { fromParameters, toParameters, exactly } from './filter/filter.js';
import { visibleName } from './json/visible.js';
import { Conversation } from './conversation/conversation.js';
import { Graph } from './graph/graph.js';
import { Letters } from './letters/letters.js';
import { Live } from './live/live.js';
import { live, paints } from './live/feed.js';
import { status } from './live/status.js';
import { MessageByUuid, MessageDetail, MessageView } from './message/message.js';
import { Overview } from './overview/overview.js';
import { State } from './parts/small.js';
import { Icon } from './parts/icons.js';
import { KeyboardSheet } from './session/keyboard.js';
import { SignIn } from './session/sign-in.js';
import { Search } from './search/search.js';
import { dismiss, session } from './session/session.js';
import { health } from './state/health.js';
import { prefs } from './state/prefs.js';
import { go, route, set } from './state/route.js';
import { print, value } from './state/url.js';
import { compact } from './state/format.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The views in the order of the navigation: name, title, icon, key, component. */
export const VIEWS = [
  ['live', 'Live', 'live', Live],
  ['search', 'Search', 'search', Search],
  ['overview', 'Overview', 'overview', Overview],
  ['conversation', 'Conversation', 'conversation', Conversation],
  ['graph', 'Graph', 'graph', Graph],
  ['letters', 'Dead letters', 'letters', Letters],
];

const OTHERS = { message: MessageView };

function Navigation({ view, parameters }) {
  const filters = toParameters(fromParameters(parameters));
  const range = ['since', 'until'].map((name) => [name, value(parameters, name)]);
  const kept = (name) => (name === 'live' ? filters : ['search', 'graph'].includes(name) ? [...filters, ...range] : []);
  return html`<nav aria-label="Views">${VIEWS.map(([name, title, icon]) => html`<a href=${print({ view: name, parameters: kept(name) })} aria-current=${view === name ? 'page' : undefined}><${Icon} name=${icon} /><span>${title}</span></a>`)}</nav>`;
}

function Find() {
  const [text, setText] = useState('');
  const submit = (event) => {
    event.preventDefault();
    if (text.trim() === '') return;
    if (UUID.test(text.trim())) go({ view: 'message', argument: text.trim().toLowerCase() });
    else go({ view: 'search', parameters: [['subject', exactly(text)]] });
    setText('');
  };
  return html`<form class="find" onSubmit=${submit}><${Icon} name="search" size="16" /><input id="find" aria-label="Find by uuid or subject" placeholder="uuid or subject  /" value=${text} onInput=${(event) => setText(event.currentTarget.value)} autocomplete="off" spellcheck=${false} /></form>`;
}

/** How the feed is, also while another view is shown. */
function Pill({ view }) {
  useStore(paints);
  const now = useStore(health);
  const standing = live.paused === 'reader' || live.paused === 'scroll';
  const found = status(live.state, now, standing ? live.paused : '', live.waiting.length);
  const elsewhere = view !== 'live' && found.tone === 'good';
  return html`<a class=${`pill ${elsewhere ? 'idle' : found.tone}`} href=${print({ view: 'live', parameters: toParameters(live.filters ?? []) })} title=${found.detail} id="feed-state" data-tone=${elsewhere ? 'idle' : found.tone}>
    <span class="lamp" aria-hidden="true"></span><span role="status">${elsewhere ? `Feed on, ${compact(live.rate.current(Date.now()))}/s` : found.text}${found.tone === 'warn' && standing ? ` · ${found.detail}` : ''}</span></a>`;
}

const THEMES = { auto: ['light', 'sun'], light: ['dark', 'moon'], dark: ['auto', 'auto'] };

function Panel({ entry, uuid, onClose }) {
  // In the frame that shows the panel, not after it: who closes it at once would press Esc in vain.
  useLayoutEffect(() => {
    const key = (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) onClose();
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  });
  return html`<aside class="panel" aria-label="Message" tabIndex="-1"><div class="panel-head"><h2>Message</h2><button type="button" class="quiet" aria-label="Close the message" title="Close (Esc)" onClick=${onClose}><${Icon} name="close" /></button></div>
    <div class="panel-body" key=${entry ? entry.sequence : uuid}>${entry ? html`<${MessageDetail} fields=${entry.fields} asSent=${!entry.stored} />` : html`<${MessageByUuid} uuid=${uuid} />`}</div></aside>`;
}

export function App() {
  const { view, argument, parameters } = useStore(route);
  const { theme } = useStore(prefs);
  const who = useStore(session);
  const [keyboard, setKeyboard] = useState(false);
  const [signIn, setSignIn] = useState(false);
  const [entry, setEntry] = useState(null); // the opened row, as the feed has brought it
  const open = value(parameters, 'open');
  useEffect(() => { document.documentElement.dataset.theme = theme; }, [theme]);
  useEffect(() => { if (!open) setEntry(null); }, [open]);
  useEffect(() => { if (view !== 'live' && live.key === null) live.start([]); }, [view]);
  const known = VIEWS.find(([name]) => name === view);
  const title = known?.[1] ?? (view === 'message' ? 'Message' : view);
  useEffect(() => { document.title = `${title[0].toUpperCase()}${title.slice(1)} · Message Logger`; }, [title]);

  useLayoutEffect(() => {
    const key = (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open]')) return;
      const number = Number(event.key);
      if (event.key === '?') setKeyboard(true);
      else if (event.key === '/') document.getElementById('find')?.focus();
      else if (event.key === 'f' && document.getElementById('filter')) document.getElementById('filter').focus();
      else if (number >= 1 && number <= VIEWS.length) go({ view: VIEWS[number - 1][0] });
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, []);

  const opened = (row) => {
    setEntry(row);
    set({ open: row.fields.uuid ?? `#${row.sequence}` }, { instead: open !== '' });
  };
  const close = () => {
    setEntry(null);
    set({ open: null });
    document.getElementById('messages')?.focus();
  };
  const Shown = known?.[3] ?? OTHERS[view];
  const [next, themeIcon] = THEMES[theme] ?? THEMES.auto;
  const shownEntry = entry && (entry.fields.uuid ?? `#${entry.sequence}`) === open ? entry : null;
  return html`<div class=${open ? 'app with-panel' : 'app'}>
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.getElementById('main').focus(); }}>To the messages</a>
    <header><a class="brand" href="#/live"><img src="icon.svg" alt="" width="26" height="26" /><h1>Message Logger</h1></a>
      <${Navigation} view=${view} parameters=${parameters} />
      <div class="header-end"><${Find} /><${Pill} view=${view} />
        <button type="button" class="quiet" title=${`Colours: ${theme}`} aria-label=${`Colours: ${theme}. Change to ${next}`} onClick=${() => prefs.update({ theme: next })}><${Icon} name=${themeIcon} /></button>
        <button type="button" class="quiet wide-only" title="Keyboard (?)" aria-label="Keyboard" onClick=${() => setKeyboard(true)}><${Icon} name="keyboard" /></button>
        ${(who.wanted || who.token) && html`<button type="button" class="quiet" onClick=${() => setSignIn(true)} title="Sign in"><${Icon} name="user" /><span class="wide-only">${who.name ? visibleName(who.name, 24) : who.token ? '' : 'Sign in'}</span></button>`}</div></header>
    <main id="main" tabIndex="-1"><h2 class="hidden">${title}</h2><${Boundary} name=${view}>${Shown
      ? html`<${Shown} key=${view} argument=${argument} parameters=${parameters} onOpen=${opened} selected=${shownEntry ? shownEntry.fields.uuid ?? shownEntry.sequence : open} />`
      : html`<${State} title="There is no such view"><p><a class="button" href="#/live">To the live messages</a></p></${State}>`}</${Boundary}></main>
    ${open && html`<${Boundary} name=${open}><${Panel} entry=${shownEntry} uuid=${open} onClose=${close} /></${Boundary}>`}
    ${keyboard && html`<${KeyboardSheet} onClose=${() => setKeyboard(false)} />`}
    ${(signIn || who.asked) && html`<${SignIn} onClose=${() => { setSignIn(false); dismiss(); }} />`}
  </div>`;
}
