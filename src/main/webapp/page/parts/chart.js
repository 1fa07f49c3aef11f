// Figures over time, drawn by uPlot; with a table of the same for those who do not see it.
import uPlot from '../../lib/uPlot.esm.js';
import { html, useEffect, useLayoutEffect, useMedia, useRef, useStore } from '../ui.js';
import { compact } from '../state/format.js';
import { prefs } from '../state/prefs.js';
import { clock, date } from '../state/time.js';

const ROWS = 60;

/** The colour that a custom property means here and now. */
function colour(element, name) {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function faint(rgb, alpha) {
  const numbers = rgb.match(/[\d.]+/g);
  return `rgba(${numbers[0]}, ${numbers[1]}, ${numbers[2]}, ${alpha})`;
}

/** A time at the axis: as much of it as differs from tick to tick, and the day at midnight. */
function tick(ms, zone, increment) {
  const time = clock(ms, zone);
  if (increment >= 86_400 || time === '00:00:00') return date(ms, zone).slice(5);
  return increment >= 60 ? time.slice(0, 5) : time;
}

/** The stretch of the axis, in seconds; a single bar has some of its width on both sides, as the library would show years. */
function span(times, min, max, bar) {
  return times.length === 1 && bar > 0 ? [times[0] - 5 * bar, times[0] + 6 * bar] : [min, max + bar];
}

/**
 * @param {object} props times (ms), series [{label, values, color (custom property), bars}], height, small (no axes), label (what it shows),
 *     format (of a value), onSelect(from, to in ms) when a stretch is brushed, step (ms of a bar)
 */
export function Chart({ times, series, height = 120, label, format = compact, onSelect, step, small = false }) {
  const element = useRef(null);
  const tip = useRef(null);
  const { zone, theme } = useStore(prefs);
  const dark = useMedia('(prefers-color-scheme: dark)');
  const select = useRef(onSelect);
  select.current = onSelect;
  const key = `${series.map((one) => one.label + one.color + one.bars).join()}${zone}${theme}${dark}${height}`;
  const plot = useRef(null);
  const data = [times.map((ms) => ms / 1000), ...series.map(({ values }) => values.map((n) => n ?? null))];
  const latest = useRef({ data, series, step });
  latest.current = { data, series, step };

  useLayoutEffect(() => {
    const node = element.current;
    const soft = colour(node, '--soft');
    const line = colour(node, '--line');
    const when = (seconds) => {
      const ms = seconds * 1000;
      return `${date(ms, zone)} ${clock(ms, zone)}`;
    };
    const made = new uPlot({
      width: node.clientWidth || 600,
      height,
      tzDate: (seconds) => (zone === 'utc' ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000)),
      legend: { show: false },
      padding: [8, small ? 0 : 6, 0, 0],
      cursor: { y: false, ...(series.some(({ bars }) => bars) ? { points: { show: false } } : {}), drag: { x: Boolean(select.current), y: false, setScale: false } },
      scales: { x: { time: true, range: (u, min, max) => span(u.data[0], min, max, series.some(({ bars }) => bars) ? (latest.current.step ?? 0) / 1000 : 0) }, y: { range: (u, min, max) => [0, max > 0 ? max * 1.08 : 1] } },
      axes: [
        { show: !small, stroke: soft, grid: { show: false }, ticks: { stroke: line, size: 4 }, font: '11px system-ui', space: 70, size: 30, values: (u, splits, axis, space, increment) => splits.map((seconds) => tick(seconds * 1000, zone, increment)) },
        { show: !small, stroke: soft, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: '11px system-ui', size: 52, space: 34, values: (u, splits) => splits.map((n) => format(n)) },
      ],
      series: [{}, ...series.map((one) => {
        const tone = colour(node, one.color);
        return one.bars
          ? { label: one.label, stroke: tone, fill: faint(tone, 0.75), width: 0, paths: uPlot.paths.bars({ size: [0.86, 60], align: 1 }), points: { show: false } }
          : { label: one.label, stroke: tone, fill: series.length === 1 ? faint(tone, 0.12) : undefined, width: 1.75, spanGaps: false, points: { show: false } };
      })],
      hooks: {
        setCursor: [(u) => {
          const { idx, left } = u.cursor;
          const box = tip.current;
          if (!box) return;
          if (idx === null || idx === undefined || left < 0) {
            box.hidden = true;
            return;
          }
          box.hidden = false;
          box.textContent = `${when(u.data[0][idx])}  ${latest.current.series.map((one, i) => `${one.label} ${u.data[i + 1][idx] === null ? '–' : format(u.data[i + 1][idx])}`).join('  ')}`;
          box.style.left = `${Math.min(Math.max(0, left + (small ? 0 : 52) - 90), node.clientWidth - 240)}px`;
        }],
        setSelect: [(u) => {
          const { left, width } = u.select;
          if (width < 4 || !select.current) return;
          select.current(u.posToVal(left, 'x') * 1000, u.posToVal(left + width, 'x') * 1000);
          u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        }],
      },
    }, latest.current.data, node);
    plot.current = made;
    const observer = new ResizeObserver(() => node.clientWidth > 0 && made.setSize({ width: node.clientWidth, height }));
    observer.observe(node);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [key]);
  useEffect(() => {
    plot.current?.setData(data);
  }, [times, series]);
  const start = Math.max(0, times.length - ROWS);
  return html`<figure class="chart"><div class="plot" ref=${element} aria-hidden="true"></div><div class="chart-tip" ref=${tip} hidden aria-hidden="true"></div>
    <figcaption class="hidden">${label}<table><thead><tr><th>Time</th>${series.map((one) => html`<th>${one.label}</th>`)}</tr></thead><tbody>${times.slice(start).map((ms, i) => html`<tr><td>${date(ms, zone)} ${clock(ms, zone)}</td>${series.map((one) => html`<td>${format(one.values[start + i])}</td>`)}</tr>`)}</tbody></table></figcaption></figure>`;
}

/** What the colours mean. */
export function Legend({ series }) {
  return html`<ul class="legend">${series.map((one) => html`<li><span class="swatch" style=${{ background: `var(${one.color})` }}></span>${one.label}</li>`)}</ul>`;
}
