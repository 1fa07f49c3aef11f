// Messages a second over the last two minutes, as a line.
import { html } from '../ui.js';

const WIDTH = 160;
const HEIGHT = 30;

export function Sparkline({ counts, label }) {
  const most = Math.max(1, ...counts);
  const step = WIDTH / Math.max(1, counts.length - 1);
  const points = counts.map((n, i) => `${(i * step).toFixed(1)},${(HEIGHT - 2 - (n / most) * (HEIGHT - 5)).toFixed(1)}`);
  return html`<svg class="sparkline" width=${WIDTH} height=${HEIGHT} viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${label} preserveAspectRatio="none">
    <polygon points=${`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} /><polyline points=${points.join(' ')} /></svg>`;
}
