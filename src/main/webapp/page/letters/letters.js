// Dead letters: what could not be stored and why; put back into the queue, or discarded.
import { html, useAnswer, useCallback, useEffect, useInterval, useRef, useState, useStore } from '../ui.js';
import { ApiError, cursor, isMissing, json, request } from '../api/client.js';
import { visible } from '../json/visible.js';
import { JsonView, LongText } from '../json/view.js';
import { Copy, Dialog, Failure, State } from '../parts/small.js';
import { Hex } from '../parts/hex.js';
import { Icon } from '../parts/icons.js';
import { bytes, many, number } from '../state/format.js';
import { prefs } from '../state/prefs.js';
import { set } from '../state/route.js';
import { full, short } from '../state/time.js';
import { value } from '../state/url.js';
import { may } from '../session/session.js';
import { common, groups } from './groups.js';

const PAGE = '1000';
const KINDS = {
  invalid: ['not a message', 'Mend the producer. A retry brings it back.'],
  'too-large': ['too large', 'Raise MAX_MESSAGE_BYTES, then retry; or discard.'],
  conflict: ['another content under a known uuid', 'The stored message stays as it is. Find out why a uuid was used twice.'],
  refused: ['refused by the database', 'See the reason; retry once the database takes it.'],
  fatal: ['ended its server', 'Report it; look at the server’s memory before a retry.'],
};
const TELL_EVERY = 700;
const IDLE_EVERY = 10_000;

function Letter({ id, onDone, act }) {
  const { zone } = useStore(prefs);
  const { value: letter, error, again } = useAnswer((signal) => json(`dead-letters/${encodeURIComponent(id)}`, { signal }), [id]);
  const [tree, setTree] = useState(false);
  const [problem, setProblem] = useState(null);
  if (error) return html`<${Failure} error=${error} again=${again} title=${error.status === 404 ? 'It is gone' : undefined} />`;
  if (!letter) return html`<${State} title="Looking…" />`;
  const done = () => { onDone(); again(); };
  const download = async () => {
    try {
      const response = await request(`dead-letters/${letter.dead_letter_id}/payload`);
      const url = URL.createObjectURL(await response.blob());
      Object.assign(document.createElement('a'), { href: url, download: `dead-letter-${letter.dead_letter_id}` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setProblem(e);
    }
  };
  return html`<article class="message"><p class="reason"><bdi>${visible(letter.reason)}</bdi></p><p class="muted">${KINDS[letter.kind]?.[1] ?? ''}</p>
    <dl class="fields"><dt>kind</dt><dd>${letter.kind}${letter.sqlstate && html` <span class="muted">SQLSTATE ${letter.sqlstate}</span>`}</dd>
      <dt>came</dt><dd>${many(letter.occurrences, 'time')}; tried ${many(letter.attempts, 'time')}</dd>
      <dt>first seen</dt><dd>${full(letter.first_seen, zone)}</dd><dt>last seen</dt><dd>${full(letter.last_seen, zone)}</dd>
      <dt>size</dt><dd>${bytes(letter.bytes)}</dd><dt>sha256</dt><dd><code>${letter.sha256}</code></dd></dl>
    <div class="buttons">${may('operator') && html`<button type="button" class="primary" onClick=${() => act('retry', [letter]).then(done)}><${Icon} name="retry" size="16" />Retry</button><button type="button" onClick=${() => act('discard', [letter]).then(done)}><${Icon} name="clear" size="16" />Discard…</button>`}
      <button type="button" onClick=${download}><${Icon} name="download" size="16" />Original bytes</button>${letter.payload !== undefined && html`<${Copy} text=${letter.payload} label="Copy the text"><span>Copy</span></${Copy}>`}</div>
    ${problem && html`<p class="error" role="alert">${problem.message}</p>`}
    <h3>Message</h3>
    ${letter.payload !== undefined
      ? html`<p><label><input type="checkbox" checked=${tree} onChange=${(event) => setTree(event.currentTarget.checked)} /> as a tree</label></p>${tree ? html`<${JsonView} text=${letter.payload} label="message" />` : html`<${LongText} text=${letter.payload} label="Message as text" />`}`
      : letter.payload_base64 !== undefined ? html`<p class="muted">This is no UTF-8, so its bytes are shown.</p><${Hex} bytes=${Uint8Array.from(atob(letter.payload_base64), (c) => c.charCodeAt(0))} />` : html`<p class="muted">It is too large to be shown. Download its bytes.</p><${LongText} text=${letter.preview} label="Its start" />`}
    <h3>What was done</h3>
    ${letter.actions.length === 0 ? html`<p class="none">nothing yet</p>` : html`<ul>${letter.actions.map(({ at, action }) => html`<li>${full(at, zone)} <b>${action}</b></li>`)}</ul>`}</article>`;
}

const WORK = { retry: ['retried', 'Retrying', 'put back'], discard: ['discarded', 'Discarding', 'discarded'] };

/** What the server does with a whole selection, retry or discard: how far it is. */
function Running({ what, onEnd }) {
  const [key, doing, done] = WORK[what];
  const [run, setRun] = useState(null);
  const [error, setError] = useState(null);
  const ended = useRef(false);
  const ask = useCallback(async () => {
    try {
      const next = await json(`dead-letters/${what}`, { also: [404, 405] });
      const running = next.selected !== undefined && next.finished === null;
      if (!running && ended.current) onEnd();
      ended.current = running;
      setRun(next.selected === undefined ? null : next);
      setError(null);
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setError(e);
    }
  }, [onEnd]);
  useEffect(() => { ask(); }, []);
  useInterval(ask, run && run.finished === null ? TELL_EVERY * 2 : IDLE_EVERY);
  if (error || !run) return null;
  const so = (run[key] ?? 0) + (run.skipped ?? 0) + (run.failed ?? 0);
  const percent = run.selected === 0 ? 100 : Math.floor((so / run.selected) * 100);
  if (run.finished !== null) {
    return html`<p class="note muted">Last selection: ${number(run[key])} of ${number(run.selected)} ${done}${run.failed > 0 ? `, ${number(run.failed)} too large` : ''}${run.reason ? ` (${run.reason})` : ''}.</p>`;
  }
  return html`<div class="banner warn" role="status"><b>${doing}</b><progress max="100" value=${percent} aria-label="Done">${percent} %</progress><span>${number(so)} of ${number(run.selected)}, ${number(run.rate)} a second at most${run.reason ? `; ${run.reason}` : ''}</span>
    <button type="button" onClick=${() => request(`dead-letters/${what}`, { method: 'DELETE' }).then(ask, setError)}>Stop</button></div>`;
}

export function Letters({ parameters }) {
  const { zone } = useStore(prefs);
  const kind = value(parameters, 'kind');
  const reason = value(parameters, 'reason');
  const state = value(parameters, 'state') || 'open';
  const open = value(parameters, 'letter');
  const question = [['kind', kind], ['reason', reason], ['state', state]].filter(([, text]) => text !== '');
  const { value: found, error, loading, again } = useAnswer(async (signal) => {
    const response = await request('dead-letters', { parameters: [...question, ['limit', PAGE]], signal });
    return { letters: JSON.parse(await response.text()), more: cursor(response.headers.get('Link'), 'next') !== null };
  }, [JSON.stringify(question)]);
  const [chosen, setChosen] = useState(new Set());
  const [asked, setAsked] = useState(null); // {what, letters, resolve}
  const [work, setWork] = useState(null); // progress of a selection that this page does
  const [all, setAll] = useState(null); // {group} for which a retry of all is being asked
  const stopped = useRef(false);

  const reload = useCallback(() => { setChosen(new Set()); again(); }, [again]);

  const perform = async (what, letters, rate) => {
    stopped.current = false;
    const failed = [];
    const started = performance.now();
    for (let i = 0; i < letters.length && !stopped.current; i++) {
      setWork({ what, done: i, of: letters.length, failed: failed.length });
      const due = started + (i * 1000) / rate;
      if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
      const id = letters[i].dead_letter_id;
      try {
        if (what === 'retry') await request(`dead-letters/${id}/retry`, { method: 'POST' });
        else await request(`dead-letters/${id}`, { method: 'DELETE', also: [404] });
      } catch (e) {
        if (!(e instanceof ApiError)) throw e;
        failed.push(`${id}: ${e.message}`);
        if (e.status === 0 || e.status === 401 || e.status === 403) break;
      }
    }
    setWork({ what, done: letters.length, of: letters.length, failed: failed.length, ended: true, messages: failed.slice(0, 5) });
    reload();
  };
  const act = (what, letters) => (what === 'retry' ? perform(what, letters, 50) : new Promise((resolve) => setAsked({ what, letters, resolve })));
  const pick = (letters, on) => setChosen((before) => {
    const next = new Set(before);
    for (const { dead_letter_id: id } of letters) if (on) next.add(id); else next.delete(id);
    return next;
  });

  const list = found?.letters ?? [];
  const selected = list.filter(({ dead_letter_id: id }) => chosen.has(id));
  return html`<section class="view letters" aria-label="Dead letters">
    <div class="filter-bar"><div class="tools">
      <label>Kind <select value=${kind} onChange=${(event) => set({ kind: event.currentTarget.value })}><option value="">any</option>${Object.keys(KINDS).map((name) => html`<option value=${name}>${name}</option>`)}</select></label>
      <label>State <select value=${state} onChange=${(event) => set({ state: event.currentTarget.value === 'open' ? null : event.currentTarget.value })}>${['open', 'retried', 'all'].map((name) => html`<option value=${name}>${name}</option>`)}</select></label>
      <label>Reason <input value=${reason} placeholder="text in the reason" onChange=${(event) => set({ reason: event.currentTarget.value })} /></label>
      <button type="button" class="button" onClick=${reload}><${Icon} name="retry" size="16" />Reload</button></div>
      <span class="grow"></span>
      ${may('operator') && html`<div class="tools">${selected.length > 0
        ? html`<b>${many(selected.length, 'letter')} chosen</b><button type="button" class="primary" onClick=${() => setAsked({ what: 'retry', letters: selected, resolve: () => {} })}>Retry…</button><button type="button" onClick=${() => act('discard', selected)}>Discard…</button>`
        : list.length > 0 && state === 'open' && html`<button type="button" onClick=${() => setAll({ what: 'retry', kind, reason })}><${Icon} name="retry" size="16" />Retry all…</button><button type="button" onClick=${() => setAll({ what: 'discard', kind, reason })}><${Icon} name="clear" size="16" />Discard all…</button>`}</div>`}</div>
    <${Running} what="retry" onEnd=${reload} /><${Running} what="discard" onEnd=${reload} />
    ${work && html`<div class=${work.failed > 0 ? 'banner bad' : 'banner warn'} role="status">${work.ended ? html`<b>${work.what === 'retry' ? 'Put back' : 'Discarded'}: ${number(work.done - work.failed)} of ${number(work.of)}</b>${work.messages?.map((text) => html`<span>${text}</span>`)}<button type="button" onClick=${() => setWork(null)}>OK</button>` : html`<b>${work.what === 'retry' ? 'Retrying' : 'Discarding'}</b><progress max=${work.of} value=${work.done} aria-label="Done"></progress><span>${number(work.done)} of ${number(work.of)}</span><button type="button" onClick=${() => { stopped.current = true; }}>Stop</button>`}</div>`}
    <div class="with-detail"><div class="letters-list">
      ${error && list.length === 0 ? html`<${Failure} error=${error} again=${again} />`
        : loading && !found ? html`<${State} title="Looking…" />`
        : list.length === 0 ? html`<${State} icon="check" title=${state === 'open' ? 'No dead letters' : 'None'}><p>${question.length > 1 ? 'None meets these conditions.' : 'Every message that came could be stored.'}</p></${State}>`
        : html`${found.more && html`<p class="note muted">The newest ${number(list.length)} are shown and grouped; there are more. “Retry all” means those too.</p>`}
          ${groups(list).map((group) => html`<${Group} key=${group.key} group=${group} few=${list.length <= 50} all=${group.letters.every(({ dead_letter_id: id }) => chosen.has(id))} onPick=${(on) => pick(group.letters, on)}
              onRetry=${state === 'open' && common(group.pattern).length > 5 ? () => setAll({ what: 'retry', kind: group.kind, reason: common(group.pattern) }) : null}>
            <ul>${group.letters.slice(0, 200).map((letter) => html`<li class=${String(letter.dead_letter_id) === open ? 'selected' : ''} key=${letter.dead_letter_id}>
              ${may('operator') && html`<input type="checkbox" aria-label=${`Choose dead letter ${letter.dead_letter_id}`} checked=${chosen.has(letter.dead_letter_id)} onChange=${(event) => pick([letter], event.currentTarget.checked)} />`}
              <button type="button" class="letter" onClick=${() => set({ letter: letter.dead_letter_id })}><span class="muted">#${letter.dead_letter_id}</span><time>${short(letter.last_seen, zone)}</time>${letter.occurrences > 1 && html`<span class="badge">×${letter.occurrences}</span>`}${letter.retries > 0 && html`<span class="badge">retried ${letter.retries}×</span>`}<bdi class="letter-text">${visible(letter.preview, 160)}</bdi></button></li>`)}
            ${group.letters.length > 200 && html`<li class="muted">${number(group.letters.length - 200)} more</li>`}</ul></${Group}>`)}`}</div>
      ${open && html`<section class="letter-detail" aria-label="Dead letter"><div class="panel-head"><h2>Dead letter ${visible(open, 20)}</h2><button type="button" class="quiet" aria-label="Close the dead letter" onClick=${() => set({ letter: null })}><${Icon} name="close" /></button></div><div class="panel-body"><${Letter} key=${open} id=${open} act=${act} onDone=${reload} /></div></section>`}</div>
    ${asked && html`<${Confirm} ...${asked} onClose=${() => { asked.resolve(); setAsked(null); }} onYes=${(rate) => { const { what, letters, resolve } = asked; setAsked(null); perform(what, letters, rate).then(resolve); }} />`}
    ${all && html`<${AllOfThem} ...${all} onClose=${() => setAll(null)} />`}
  </section>`;
}

function Group({ group, few, all, onPick, onRetry, children }) {
  const [open, setOpen] = useState(few);
  return html`<section class="group"><div class="group-head">
    ${may('operator') && html`<input type="checkbox" aria-label="Choose all of this group" checked=${all} onChange=${(event) => onPick(event.currentTarget.checked)} />`}
    <button type="button" class="group-toggle" aria-expanded=${open ? 'true' : 'false'} onClick=${() => setOpen(!open)}><span class=${open ? 'twist open' : 'twist'}><${Icon} name="fold" size="14" /></span><span class=${`kind k-${group.kind}`}>${group.kind}</span><b>${number(group.letters.length)}</b><bdi class="group-reason">${visible(group.pattern, 160)}</bdi></button>
    ${may('operator') && onRetry && html`<button type="button" class="quiet small" onClick=${onRetry}>Retry like these…</button>`}</div>${open && children}</section>`;
}

function Confirm({ what, letters, onYes, onClose }) {
  const [rate, setRate] = useState(50);
  const discard = what === 'discard';
  return html`<${Dialog} title=${discard ? `Discard ${many(letters.length, 'dead letter')}?` : `Retry ${many(letters.length, 'dead letter')}?`} onClose=${onClose}>
    <form onSubmit=${(event) => { event.preventDefault(); onYes(rate); }}>${discard ? html`<p>Their messages are gone for good. That they were discarded, their size and their SHA-256 stay on record.</p>` : html`<p>Their messages go back into the queue, behind those that wait. What is refused again becomes a dead letter again.</p>`}
    <p><label>At most <input type="number" min="1" max="200" value=${rate} onInput=${(event) => setRate(Number(event.currentTarget.value) || 1)} /> a second</label></p>
    <div class="buttons"><button class=${discard ? 'danger' : 'primary'}>${discard ? 'Discard' : 'Retry'}</button><button type="button" onClick=${onClose}>Cancel</button></div></form></${Dialog}>`;
}

function AllOfThem({ what, kind, reason, onClose }) {
  const discard = what === 'discard';
  const [rate, setRate] = useState(discard ? 1000 : 100);
  const [error, setError] = useState(null);
  const start = async (event) => {
    event.preventDefault();
    try {
      await json(`dead-letters/${what}`, { method: 'POST', parameters: [['kind', kind], ['reason', reason], ['state', discard ? 'open' : ''], ['rate', String(rate)]].filter(([, text]) => text !== '') });
      onClose();
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setError(isMissing(e) ? new ApiError(404, { detail: 'This server discards chosen letters only: choose them in the list.' }) : e);
    }
  };
  return html`<${Dialog} title=${discard ? 'Discard all open dead letters?' : 'Retry all open dead letters'} onClose=${onClose}><form onSubmit=${start}>
    <p>The server ${discard ? 'discards' : 'puts back'} ${kind ? html`those of the kind <b>${kind}</b>` : 'all of them'}${reason && html` whose reason contains <b><bdi>${visible(reason, 120)}</bdi></b>`}, in the background. Those that come back meanwhile are left alone.${discard ? ' Their messages are gone for good; that they were discarded stays on record.' : ''}</p>
    <p><label>At most <input type="number" min="1" max="10000" value=${rate} onInput=${(event) => setRate(Number(event.currentTarget.value) || 1)} /> a second</label></p>
    ${error && html`<p class="error" role="alert">${error.message}</p>`}<div class="buttons"><button class=${discard ? 'danger' : 'primary'}>${discard ? 'Discard them' : 'Retry them'}</button><button type="button" onClick=${onClose}>Cancel</button></div></form></${Dialog}>`;
}
