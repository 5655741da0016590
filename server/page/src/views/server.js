// The server itself: whether it is ready, what it is, how much it logs.
import { ask, get } from '../api.js';
import { button, el, setText, terms } from '../dom.js';
import { bytes, duration, when } from '../format.js';
import { Refresher } from '../refresher.js';

const EVERY_MS = 5000;
const LEVELS = ['debug', 'info', 'warning', 'error'];
const SOON_S = 14 * 86400;

function certificate(seconds) {
  const state = seconds < 0 ? 'bad' : seconds < SOON_S ? 'warn' : 'good';
  const text = seconds < 0 ? 'expired' : `ends in ${duration(seconds * 1000)}`;
  return el('span', { class: 'badge', text, data: { state } });
}

function facts(status) {
  const ready = el('span', { class: 'badge', text: status.ready ? 'ready' : 'not ready',
    data: { testid: 'server-ready', state: status.ready ? 'good' : 'bad' } });
  return terms([
    ['State', status.reasons.length > 0
      ? el('span', {}, ready, ` ${status.reasons.join(', ')}`) : ready],
    ['Version', el('span', { text: status.version, data: { testid: 'server-version' } })],
    ['Started', when(status.started)],
    ['Certificate', certificate(status.certificate_seconds_left)],
    ['Mask kernel', status.kernel],
    ['Sessions', String(status.queues.sessions)],
    ['Jobs that wait', String(status.queues.compute_jobs)],
    ['Received, not dealt with', bytes(status.queues.unhandled_bytes)],
    ['Aggregator’s key', el('span', { class: 'hex', text: status.aggregator_key })]]);
}

function logLevel() {
  const select = el('select', { id: 'log-level', disabled: true, data: { testid: 'log-level' } },
    LEVELS.map((level) => el('option', { value: level, text: level })));
  const said = el('p', { class: 'hint', role: 'status' });
  const failed = el('p', { class: 'problem', role: 'alert', hidden: true });
  const set = button('Set', async () => {
    failed.hidden = true;
    try {
      await ask('/v1/log-level', { method: 'PUT', body: { level: select.value } });
      setText(said, `The log has ${select.value} and above from now on, until the server ends.`);
    } catch (error) {
      setText(failed, error.message);
      failed.hidden = false;
    }
  }, { disabled: true, data: { testid: 'log-level-set' } });
  const load = async (signal) => {
    select.value = (await get('/v1/log-level', { signal })).level;
    select.disabled = set.disabled = false;
  };
  const node = el('section', { class: 'panel' }, el('h2', { text: 'Log' }),
    el('p', { class: 'buttons' }, el('label', { for: 'log-level', text: 'Level' }), select, set),
    said, failed);
  return { node, load };
}

export function showServer({ main }) {
  const about = el('section', { class: 'panel', 'aria-label': 'Status' });
  const log = logLevel();
  let loaded = false;
  const refresher = new Refresher(async (signal) => {
    about.replaceChildren(facts(await get('/v1/status', { signal })));
    // Not again and again: the operator may be about to set another.
    if (!loaded) await log.load(signal);
    loaded = true;
  }, EVERY_MS);
  main.append(refresher.node, el('div', { class: 'stack' }, about, log.node,
    el('p', { class: 'hint' }, 'The charts are drawn by uPlot: ',
      el('a', { href: document.body.dataset.licences, text: 'its licence' }), '.')));
  refresher.start();
  return { stop: () => refresher.stop() };
}
