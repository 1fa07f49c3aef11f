// Starts the page.
import { html, render } from './ui.js';
import { App } from './app.js';
import { follow } from './state/route.js';
import { watch } from './state/health.js';

follow();
watch();
render(html`<${App} />`, document.getElementById('app'));
