// Rounds that are over, with search.
import { roundAddress } from '../address.js';
import { announce } from '../announce.js';
import { get } from '../api.js';
import { button, el, replaceRows, setText, table } from '../dom.js';
import { count, duration, short } from '../format.js';
import { Refresher } from '../refresher.js';
import { RoundList, search, totalMs } from '../rounds.js';

const MOST_ROWS = 500;
const HEADS = ['Task', { text: 'Round', class: 'number' }, 'Outcome', 'Reason',
  { text: 'Members', class: 'number' }, { text: 'In sum', class: 'number' },
  { text: 'Dropped', class: 'number' }, { text: 'Blamed', class: 'number' },
  { text: 'Time', class: 'number' }, 'Session'];

function row(round) {
  const number = (text) => el('td', { class: 'number', text: String(text) });
  return el('tr', { data: { testid: 'history-row', task: round.task, round: String(round.round),
    outcome: round.outcome } },
    el('td', { text: round.task }),
    el('td', { class: 'number' }, el('a', { href: roundAddress(round.task, round.round),
      text: String(round.round), 'aria-label': `Round ${round.round} of ${round.task}` })),
    el('td', {}, el('span', { class: 'badge', text: round.outcome,
      data: { state: round.outcome } })),
    el('td', { text: round.reason }), number(round.members), number(round.in_sum),
    number(round.dropped), number(round.blamed), number(duration(totalMs(round))),
    el('td', {}, el('span', { class: 'hex', text: short(round.session_id),
      title: round.session_id })));
}

function select(label, options) {
  const node = el('select', {}, options.map(([value, text]) => el('option', { value, text })));
  return { node, labelled: el('label', {}, el('span', { text: label }), node) };
}

export function showHistory({ main, store, query }) {
  const list = new RoundList();
  const made = new Map();
  const text = el('input', { type: 'search', value: query.get('q') ?? '', spellcheck: 'false',
    data: { testid: 'history-search' } });
  const task = select('Task', [['', 'all']]);
  const outcome = select('Outcome', [['', 'all'], ['completed', 'completed'],
    ['aborted', 'aborted']]);
  const said = el('p', { class: 'hint', role: 'status' });
  const rows = table('Rounds that are over', HEADS);
  const older = button('Load older rounds', async () => {
    older.disabled = true;
    try {
      await list.older();
    } finally {
      older.disabled = false;
      show();
    }
  });
  outcome.node.value = query.get('outcome') ?? '';

  // A round that is over changes no more, nor does its row.
  function rowOf(round) {
    const key = `${round.task}/${round.round}`;
    if (!made.has(key)) made.set(key, row(round));
    return made.get(key);
  }

  function show() {
    const all = list.newestFirst();
    const found = search(all, { text: text.value, task: task.node.value,
      outcome: outcome.node.value });
    replaceRows(rows.body, found.slice(0, MOST_ROWS).map(rowOf));
    rows.node.hidden = found.length === 0;
    older.hidden = !list.more;
    const cut = found.length > MOST_ROWS ? `, the newest ${MOST_ROWS} shown` : '';
    setText(said, `${found.length} of ${count(all.length, 'round')}${cut}`
      + `${list.more ? '; there are older ones' : ''}`);
  }

  function changed() {
    const kept = new URLSearchParams();
    if (text.value) kept.set('q', text.value);
    if (outcome.node.value) kept.set('outcome', outcome.node.value);
    history.replaceState(null, '', `#/history${kept.size > 0 ? `?${kept}` : ''}`);
    show();
  }

  const refresher = new Refresher(async (signal) => {
    const tasks = (await get('/v1/tasks', { signal })).tasks.map((one) => one.task);
    for (const name of tasks) {
      if ([...task.node.options].some((option) => option.value === name)) continue;
      task.node.append(el('option', { value: name, text: name }));
    }
    await list.refresh(tasks, signal);
    show();
  });
  main.append(el('form', { class: 'controls', role: 'search', on: {
    submit: (event) => event.preventDefault(), input: changed } },
    el('label', {}, el('span', { text: 'Search' }), text), task.labelled, outcome.labelled),
    refresher.node, said, rows.node, older);
  rows.node.hidden = true;
  older.hidden = true;
  refresher.start().then(() => announce(said.textContent));
  const unlisten = store.onEnd(() => refresher.soon());
  return { stop() { unlisten(); refresher.stop(); } };
}
