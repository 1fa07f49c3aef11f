// The live view.
import { html, useEffect, useInterval, useLayoutEffect, useRef, useState, useStore } from '../ui.js';
import { send } from '../api/client.js';
import { FilterBar } from '../filter/bar.js';
import { fromParameters, toParameters } from '../filter/filter.js';
import { COLUMNS, MessageList } from '../parts/message-list.js';
import { Copy, Failure, Menu, State } from '../parts/small.js';
import { Icon } from '../parts/icons.js';
import { Sparkline } from '../parts/sparkline.js';
import { compact, many, number, shell } from '../state/format.js';
import { fromInput, localZone, toInput } from '../state/time.js';
import { health } from '../state/health.js';
import { look, prefs } from '../state/prefs.js';
import { go, set } from '../state/route.js';
import { value } from '../state/url.js';
import { may } from '../session/session.js';
import { live, paints } from './feed.js';
import { status } from './status.js';

const HOVER_HOLD = 1200;
const TOLD_EVERY = 10_000;
const AGAIN_EVERY = 5_000;

export function exampleMessage() {
  return {
    message_uuid: crypto.randomUUID?.() ?? '00000000-0000-4000-8000-000000000001',
    origin_ts: new Date().toISOString(),
    source_subject_id: 'page',
    destination_subject_ids: ['you'],
    topic: 'test',
    message_type: 'greeting',
    message_data: { text: 'Hello from the page' },
  };
}

/** Nothing yet: how to send a first message, by hand or with a button. */
export function Nothing({ filtered }) {
  const [error, setError] = useState(null);
  const [sent, setSent] = useState(false);
  const command = `curl -H 'Content-Type: application/json' -d ${shell(JSON.stringify(exampleMessage()))} ${location.origin}${location.pathname}messages`;
  if (filtered) {
    return html`<${State} icon="filter" title="No message meets these filters yet"><p>A message that does appears here as soon as it is stored.</p></${State}>`;
  }
  return html`<${State} icon="live" title="Nothing yet"><p>Every message that is stored appears here. Send one:</p>
    <div class="command"><code>${command}</code><${Copy} text=${command} label="Copy the command" /></div>
    ${may('writer') && html`<p><button type="button" class="primary" disabled=${sent} onClick=${async () => {
      setError(null);
      try {
        setSent(true);
        await send(exampleMessage());
      } catch (e) {
        setSent(false);
        setError(e);
      }
    }}><${Icon} name="send" size="16" />Send a test message</button></p>`}
    ${sent && html`<p role="status">Sent. It is shown once it is stored.</p>`}${error && html`<p class="error" role="alert">${error.message}</p>`}</${State}>`;
}

function Replay({ since, zone }) {
  const [at, setAt] = useState('');
  const choose = (text) => set({ since: text });
  return html`<${Menu} label="Replay from a time" icon="history" text=${since ? `From ${since}` : 'Replay'} align=${since ? 'telling' : ''}>
    <p class="menu-help">Show what is stored from a time on, then go on live.</p>
    ${['1m', '5m', '15m', '1h', '6h', '24h'].map((text) => html`<button type="button" class="item" onClick=${() => choose(text)}>the last ${text}</button>`)}
    <form class="menu-form" onSubmit=${(event) => { event.preventDefault(); const time = fromInput(at, zone); if (time) choose(time); }}>
      <label>from <input type="datetime-local" step="1" max=${toInput(Date.now(), zone)} value=${at} onInput=${(event) => setAt(event.currentTarget.value)} /></label><button>Go</button></form>
    ${since && html`<button type="button" class="item" onClick=${() => choose('')}>Live only</button>`}
  </${Menu}>`;
}

export function ColumnsMenu({ columns }) {
  return html`<${Menu} label="Columns" icon="columns" align="right">${COLUMNS.map(([name, heading]) => html`<label class="item"><input type="checkbox" checked=${columns.includes(name)} onChange=${(event) => {
    const next = event.currentTarget.checked ? [...columns, name] : columns.filter((one) => one !== name);
    if (next.length > 0) {
      prefs.update({ columns: next });
      set({ cols: next.join('.') }, { instead: true });
    }
  }} />${heading}</label>`)}</${Menu}>`;
}

export function ZoneButton({ zone }) {
  const other = zone === 'utc' ? 'local' : 'utc';
  return html`<button type="button" class="button" title=${`Times in ${zone === 'utc' ? 'UTC' : localZone()}: change`} onClick=${() => {
    prefs.update({ zone: other });
    set({ zone: other }, { instead: true });
  }}>${zone === 'utc' ? 'UTC' : 'Local'}</button>`;
}

/** What a screen reader is told: a sentence now and then, not every message. */
function Told() {
  const [text, setText] = useState('');
  const before = useRef(live.total);
  useInterval(() => {
    const came = live.total - before.current;
    before.current = live.total;
    if (came > 0) setText(`${many(came, 'new message')}${live.paused ? `, list paused, ${number(live.waiting.length)} waiting` : ''}`);
  }, TOLD_EVERY);
  return html`<div class="hidden" role="log" aria-label="New messages" aria-live="polite">${text}</div>`;
}

/** Messages a second, now and over two minutes. */
export function Pulse() {
  const [now, setNow] = useState(Date.now());
  useInterval(() => setNow(Date.now()), 1000);
  const rate = live.rate.current(now);
  return html`<div class="pulse" title="messages a second over the last two minutes"><${Sparkline} counts=${live.rate.counts(now)} label=${`Messages a second, last two minutes: now ${compact(rate)}`} /><b>${compact(rate)}</b><span>/s</span></div>`;
}

/** Those of the parameters that have these names, and how the list looks. */
export function kept(parameters, ...names) {
  return parameters.filter(([name]) => names.includes(name) || name === 'cols' || name === 'zone');
}

export function Live({ parameters, open, onOpen, selected }) {
  useStore(paints);
  const { zone, columns } = look(useStore(prefs), parameters);
  const healthNow = useStore(health);
  const filters = fromParameters(parameters);
  const since = value(parameters, 'since');
  const word = value(parameters, 'mark') || filters.find(({ name }) => name === 'q')?.value || '';
  const hover = useRef(null);
  live.show();
  useEffect(() => live.start(filters, since), [JSON.stringify(filters), since]);
  useEffect(() => () => {
    clearTimeout(hover.current);
    live.resume('hold');
    live.resume('scroll');
  }, []);

  useInterval(() => {
    if (live.history.state === 'failed' && [0, 503].includes(live.history.error.status)) live.retry();
  }, AGAIN_EVERY);

  const hold = (how) => {
    clearTimeout(hover.current);
    if (how === 'keys') live.pause('scroll');
    else if (how === 'press') live.pause('hold');
    else if (how === 'leave') live.resume('hold');
    else {
      live.pause('hold');
      hover.current = setTimeout(() => live.resume('hold'), HOVER_HOLD);
    }
  };
  const scrolled = (top) => {
    if (top > 2) live.pause('scroll');
    else live.resume('scroll');
  };
  const resume = () => {
    const list = document.getElementById('messages');
    if (list) list.scrollTop = 0;
    live.resume();
  };
  const toggle = () => (live.paused && live.paused !== 'hold' ? resume() : live.pause('reader'));
  useLayoutEffect(() => {
    const key = (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('input, textarea, select, dialog, [contenteditable]')) return;
      if (event.key === 'p') toggle();
      else if (event.key === 'x') live.clear();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  });

  const standing = live.paused === 'reader' || live.paused === 'scroll';
  const now = status(live.state, healthNow, standing ? live.paused : '', live.waiting.length);
  const unfiltered = live.unfiltered;
  const empty = live.count === 0;
  return html`<section class="view live" aria-label="Live">
    <${FilterBar} filters=${filters} onChange=${(next) => go({ view: 'live', parameters: [...toParameters(next), ...kept(parameters, 'since', 'mark')] })}>
      <div class="tools"><${Pulse} />
        <button type="button" class=${standing ? 'button paused' : 'button'} aria-pressed=${standing ? 'true' : 'false'} aria-label=${standing ? 'Go on' : 'Pause'} onClick=${toggle} title="Pause or go on (p)"><${Icon} name=${standing ? 'play' : 'pause'} size="16" /><span>${standing ? 'Go on' : 'Pause'}</span></button>
        <button type="button" class="button" aria-label="Clear" onClick=${() => live.clear()} title="Clear the list (x)"><${Icon} name="clear" size="16" /><span class="wide-only">Clear</span></button>
        <${Replay} since=${since} zone=${zone} />
        <label class="mark-field"><span class="hidden">Highlight</span><input placeholder="Highlight" value=${value(parameters, 'mark')} onChange=${(event) => set({ mark: event.currentTarget.value })} size="10" /></label>
        <${ZoneButton} zone=${zone} />
        <${ColumnsMenu} columns=${columns} /></div>
    </${FilterBar}>
    ${standing && html`<div class="banner warn" role="status"><${Icon} name="pause" size="18" /><b>Paused</b> <span class="new">${number(live.waiting.length + live.waiting.dropped)} new</span>
      ${live.paused === 'scroll' && html`<span class="why">because you have left the top</span>`}<button type="button" class="primary" onClick=${resume}><${Icon} name="up" size="16" />Show them</button></div>`}
    ${now.tone === 'bad' && html`<div class="banner bad" role="alert"><${Icon} name="warn" size="18" /><b>${now.text}</b> <span>${now.detail}</span>
      ${live.state.phase === 'waiting' && html`<button type="button" onClick=${() => live.retry()}>Try now</button>`}
      ${live.state.phase === 'refused' && html`<button type="button" onClick=${() => go({ view: 'live' })}>Without filters</button>`}</div>`}
    ${now.tone === 'warn' && !standing && html`<div class="banner warn" role="status"><${Icon} name="warn" size="18" /><b>${now.text}</b> <span>${now.detail}</span></div>`}
    ${unfiltered.length > 0 && html`<div class="banner warn" role="status"><${Icon} name="warn" size="18" /><span>This server's feed cannot be filtered by ${unfiltered.map(({ name }) => name).join(', ')}: all messages are shown. Search can.</span></div>`}
    <${Told} />
    ${empty && live.history.state === 'failed'
      ? html`<${Failure} error=${live.history.error} again=${live.history.error.status === 400 ? null : () => live.retry()} title=${live.history.error.status === 400 ? 'The server does not take this question' : undefined} />`
      : empty && live.history.state === 'loading' ? html`<${State} title="Looking for the newest messages…" />`
      : empty && live.history.state === 'cleared' ? html`<${State} icon="clear" title="Cleared"><p>What is stored from now on appears here.</p></${State}>`
      : empty ? html`<${Nothing} filtered=${filters.length > 0} />`
      : html`<${MessageList} count=${live.count} at=${(index) => live.at(index)} zone=${zone} columns=${columns} word=${word} label="Live messages, the newest first"
          onOpen=${onOpen} selected=${selected} onScroll=${scrolled} onHold=${hold} onEnd=${() => live.older()}
          tail=${html`<p class="tail"><span>${many(live.count, 'message')} here</span>
            ${live.rows.dropped > 0 && html`<span>${number(live.rows.dropped)} older ones are not kept on this page; Search has them</span>`}
            ${live.loadingOlder ? html`<span role="status">Loading older ones…</span>` : live.hasOlder ? html`<button type="button" class="quiet small" onClick=${() => live.older()}>Older</button>` : html`<span>${live.history.error ? live.history.error.message : ''}</span>`}</p>`} />`}
  </section>`;
}
