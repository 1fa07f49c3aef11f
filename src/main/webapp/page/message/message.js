// One message with all there is to know about it: as a panel beside a list, and as a view with an address of its own.
import { html, useAnswer, useMemo, useState, useStore } from '../ui.js';
import { ApiError, message as askMessage, related as askRelated, isMissing } from '../api/client.js';
import { visible, visibleName } from '../json/visible.js';
import { JsonView, LongText } from '../json/view.js';
import { prefs } from '../state/prefs.js';
import { print } from '../state/url.js';
import { bytes, many, shell } from '../state/format.js';
import { between, full, instant, latency, lasting, localZone, short } from '../state/time.js';
import { exactly } from '../filter/filter.js';
import { Copy, Failure, Name, State } from '../parts/small.js';
import { Hex } from '../parts/hex.js';
import { Icon } from '../parts/icons.js';

const DESTINATIONS = 30;

function link(state) {
  return new URL(print(state), location.href.split('#')[0]).href;
}

function Time({ text }) {
  if (text === null) return html`<span class="none">none</span>`;
  const at = instant(text);
  if (!at) return html`<bdi>${visible(text, 100)}</bdi>`;
  return html`<span class="times"><time dateTime=${new Date(at.ms).toISOString()}>${full(text, 'local')}</time><span class="muted">${full(text, 'utc')}</span></span>`;
}

function SubjectLink({ name }) {
  return html`<a href=${print({ view: 'search', parameters: [['subject', exactly(name)]] })}><${Name} name=${name} /></a>`;
}

function Related({ fields, zone }) {
  const { value, error, loading } = useAnswer(async (signal) => {
    try {
      return await askRelated(fields.uuid, signal);
    } catch (e) {
      if (isMissing(e)) return null;
      throw e;
    }
  }, [fields.uuid]);
  if (loading) return html`<p class="muted">Looking for messages that belong to it…</p>`;
  if (error) return html`<p class="error">${error instanceof ApiError ? error.message : String(error)}</p>`;
  if (value === null) return html`<p class="muted">This server does not tell which messages belong together.</p>`;
  const others = value.filter(({ uuid }) => uuid !== fields.uuid);
  if (others.length === 0) return html`<p class="muted">No other message has the same conversation, correlation or trace.</p>`;
  return html`<ol class="related">${value.slice(0, 100).map((one) => html`<li class=${one.uuid === fields.uuid ? 'this' : ''}><a href=${print({ view: 'message', argument: one.uuid })} aria-current=${one.uuid === fields.uuid ? 'true' : undefined}>
      <time>${short(one.origin, zone)}</time><${Name} name=${one.source} most="40" /><span aria-hidden="true">→</span>${one.destinations.length ? html`<${Name} name=${one.destinations[0]} most="40" />` : '–'}<bdi class="tag">${visibleName(one.type ?? one.topic ?? '', 40)}</bdi></a></li>`)}</ol>
    <p><a class="button" href=${print({ view: 'conversation', parameters: [['related', fields.uuid]] })}><${Icon} name="conversation" size="16" />As a sequence</a></p>`;
}

/** @param {object} props fields (of a message), asSent (whether the text is the producer's own) */
export function MessageDetail({ fields, asSent }) {
  const { zone } = useStore(prefs);
  const [raw, setRaw] = useState(''); // '', text or hex
  const encoded = useMemo(() => (raw === 'hex' ? new TextEncoder().encode(fields.text) : null), [raw, fields]);
  const [all, setAll] = useState(false);
  const permalink = fields.uuid && link({ view: 'message', argument: fields.uuid });
  const ms = between(fields.origin, fields.ack);
  const age = instant(fields.origin) ? Date.now() - instant(fields.origin).ms : null;
  const download = () => {
    const url = URL.createObjectURL(new Blob([fields.text], { type: 'application/json' }));
    const a = Object.assign(document.createElement('a'), { href: url, download: `${fields.uuid ?? 'message'}.json` });
    a.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  return html`<article class="message">
    <div class="message-tools">
      ${permalink && html`<${Copy} text=${permalink} label="Copy a link to this message"><span>Link</span></${Copy}>
        <${Copy} text=${`curl ${shell(new URL(`messages/${fields.uuid}`, location.href.split('#')[0].replace(/[^/]*$/, '')).href)}`} label="Copy a curl command"><span>curl</span></${Copy}>`}
      <${Copy} text=${fields.text} label="Copy the whole message"><span>JSON</span></${Copy}>
      <button type="button" class="quiet" aria-pressed=${raw === 'text' ? 'true' : 'false'} onClick=${() => setRaw(raw === 'text' ? '' : 'text')}>Raw</button>
      <button type="button" class="quiet" aria-pressed=${raw === 'hex' ? 'true' : 'false'} onClick=${() => setRaw(raw === 'hex' ? '' : 'hex')} title="The bytes, in hexadecimal">Hex</button>
      <button type="button" class="quiet" onClick=${download} aria-label="Download" title="Download"><${Icon} name="download" size="16" /></button>
      ${asSent && permalink && html`<a class="button quiet" href=${permalink}>As stored</a>`}
    </div>
    ${!fields.known && html`<p class="banner warn"><${Icon} name="warn" size="16" /><span>This was published on the channel and is no message: it is shown, but not stored.</span></p>`}
    ${raw === 'hex' ? html`<${Hex} bytes=${encoded} />` : raw ? html`<${LongText} text=${fields.text} label="Raw message" />` : html`
    ${fields.known && html`<dl class="fields">
      <dt>message_uuid</dt><dd><code>${fields.uuid}</code></dd>
      <dt>source_subject_id</dt><dd><${SubjectLink} name=${fields.source ?? ''} /></dd>
      <dt>destination_subject_ids</dt><dd class="names">${fields.destinations.length === 0 ? html`<span class="none">none</span>` : fields.destinations.slice(0, all ? undefined : DESTINATIONS).map((name) => html`<${SubjectLink} name=${name} /> `)}
        ${!all && fields.destinations.length > DESTINATIONS && html`<button type="button" class="quiet small" onClick=${() => setAll(true)}>${many(fields.destinations.length - DESTINATIONS, 'more', 'more')}</button>`}
        ${fields.destinations.length > 0 && fields.source !== null && html`<a class="button quiet small" href=${print({ view: 'conversation', parameters: [['a', fields.source], ['b', fields.destinations[0]]] })}><${Icon} name="conversation" size="14" />Conversation</a>`}</dd>
      <dt>topic</dt><dd>${fields.topic === null ? html`<span class="none">none</span>` : html`<a href=${print({ view: 'search', parameters: [['topic', exactly(fields.topic)]] })}><bdi class="tag">${visibleName(fields.topic)}</bdi></a>`}</dd>
      <dt>message_type</dt><dd>${fields.type === null ? html`<span class="none">none</span>` : html`<a href=${print({ view: 'search', parameters: [['type', exactly(fields.type)]] })}><bdi>${visibleName(fields.type)}</bdi></a>`}</dd>
      <dt>origin_ts</dt><dd><${Time} text=${fields.origin} />${age !== null && html`<span class="muted">${age >= 0 ? `${lasting(age)} ago` : `in ${lasting(-age)}`}</span>`}</dd>
      <dt>ack_ts</dt><dd><${Time} text=${fields.ack} />${ms !== null && html`<b class=${ms >= 5000 ? 'latency slow' : 'latency'}>after ${latency(ms)}</b>`}</dd>
    </dl>
    <p class="muted small-print">Local times are ${localZone()}. ${asSent ? 'As it came over the feed.' : 'Shown as stored.'} ${bytes(new Blob([fields.text]).size)}.</p>`}
    <h3>${fields.known ? 'message_data' : 'Published text'}</h3>
    ${fields.data === null ? html`<p class="none">none</p>` : html`<${JsonView} text=${fields.data} label=${fields.known ? 'message_data' : 'published text'} />`}
    ${fields.metadata !== null && fields.metadata !== 'null' && html`<h3>message_metadata</h3><${JsonView} text=${fields.metadata} label="message_metadata" />`}
    ${fields.uuid && fields.known && html`<h3>Belongs together</h3><${Related} fields=${fields} zone=${zone} />`}`}
  </article>`;
}

/** A message by its uuid. */
export function MessageByUuid({ uuid }) {
  const { value, error, loading, again } = useAnswer((signal) => askMessage(uuid, signal), [uuid]);
  if (value && value.uuid === uuid.toLowerCase()) return html`<${MessageDetail} fields=${value} />`;
  if (loading) return html`<${State} title="Looking…" />`;
  if (error) return html`<${Failure} error=${error} again=${error.status === 410 ? null : again} title=${error.status === 410 ? 'Erased' : undefined} />`;
  return html`<${State} icon="search" title="No such message"><p>No message with the uuid <code>${visible(uuid, 100)}</code> is stored.</p>
    <p><a class="button" href=${print({ view: 'search', parameters: [['subject', exactly(uuid)]] })}>Messages of the subject ${visibleName(uuid, 60)}</a></p></${State}>`;
}

/** The view of one message. */
export function MessageView({ argument }) {
  return html`<section class="view page-view" aria-label="Message"><h2 class="view-title">Message</h2><${MessageByUuid} uuid=${argument} /></section>`;
}
