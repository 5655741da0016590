// The roster, and how reliable its members have been.
import { allMembers, get } from '../api.js';
import { button, el, setText, table, terms } from '../dom.js';
import { count, percent, short, when } from '../format.js';
import { Refresher } from '../refresher.js';

const EVERY_MS = 15000;
const AT_ONCE = 200;
const COLUMNS = [
  ['index', 'Index', 'number'], ['name', 'Name', ''], ['connected', 'Connected', ''],
  ['answered', 'Rounds answered', 'number'], ['dropped', 'Dropped', 'number'],
  ['reliability', 'Reliability', ''], ['last_reason', 'Last reason', ''], ['key', 'Key', ''],
];

// Nothing is known of whoever was in no round: they come last.
function compare(key, a, b) {
  if (a[key] === null || b[key] === null) return (a[key] === null) - (b[key] === null);
  if (typeof a[key] === 'string') return a[key].localeCompare(b[key], undefined, { numeric: true });
  return Number(a[key]) - Number(b[key]);
}

function reliability(member) {
  if (member.reliability === null) return el('td', { class: 'hint', text: 'no round yet' });
  const bar = el('span', { class: 'meter', 'aria-hidden': 'true' }, el('i', {}));
  bar.firstChild.style.width = `${member.reliability * 100}%`;
  return el('td', {}, bar, percent(member.reliability));
}

function row(member) {
  const number = (value) => el('td', { class: 'number', text: String(value) });
  return el('tr', { data: { testid: 'roster-row', member: String(member.index) } },
    number(member.index), el('td', { text: member.name }),
    el('td', {}, el('span', { class: 'badge', text: member.connected ? 'yes' : 'no',
      data: { state: member.connected ? 'good' : '' } })),
    number(member.answered), number(member.dropped), reliability(member),
    el('td', {}, el('code', { text: member.last_reason })),
    el('td', {}, el('span', { class: 'hex', text: short(member.key), title: member.key })));
}

function about(roster) {
  return terms([
    ['Epoch', String(roster.epoch)], ['Members', String(roster.members)],
    ['Authority', roster.authority || '–'],
    ['Valid until', roster.not_after === null ? 'no end'
      : `${when(roster.not_after)}${roster.expired ? ', expired' : ''}`],
    ['Hash', el('span', { class: 'hex', text: roster.hash })],
    ['Authority’s key', el('span', { class: 'hex', text: roster.authority_key })]]);
}

export function showRoster({ main, store }) {
  let members = [];
  let sort = { key: 'index', down: false };
  let first = 0;
  const facts = el('section', { class: 'panel', 'aria-label': 'The roster' });
  const filter = el('input', { type: 'search', spellcheck: 'false',
    data: { testid: 'roster-search' } });
  const said = el('p', { class: 'hint', role: 'status' });
  const rows = table('Members', COLUMNS.map(([, text, kind]) => ({ text, class: kind })));
  const move = (by) => () => { first += by; show(); };
  const back = button('Previous', move(-AT_ONCE));
  const on = button('Next', move(AT_ONCE));
  const heads = [...rows.node.querySelectorAll('th')];
  COLUMNS.forEach(([key, text], at) => heads[at].replaceChildren(button(text, () => {
    sort = { key, down: sort.key === key && !sort.down };
    show();
  }, { class: 'sort' })));

  function show() {
    const text = filter.value.trim().toLowerCase();
    const found = members.filter((one) => `${one.index} ${one.name} ${one.last_reason} ${one.key}`
      .toLowerCase().includes(text));
    found.sort((a, b) => (sort.down ? -1 : 1) * compare(sort.key, a, b));
    first = Math.max(0, Math.min(first, found.length - 1));
    first -= first % AT_ONCE;
    COLUMNS.forEach(([key], at) => {
      if (key === sort.key) {
        heads[at].setAttribute('aria-sort', sort.down ? 'descending' : 'ascending');
      } else heads[at].removeAttribute('aria-sort');
    });
    rows.body.replaceChildren(...found.slice(first, first + AT_ONCE).map(row));
    back.hidden = on.hidden = found.length <= AT_ONCE;
    back.disabled = first === 0;
    on.disabled = first + AT_ONCE >= found.length;
    const connected = members.filter((one) => one.connected).length;
    const which = found.length > AT_ONCE
      ? `, ${first + 1} to ${Math.min(found.length, first + AT_ONCE)} shown` : '';
    setText(said, `${found.length} of ${count(members.length, 'member')}${which}; `
      + `${connected} connected`);
  }

  const refresher = new Refresher(async (signal) => {
    const roster = await get('/v1/roster', { signal });
    members = await allMembers(signal);
    facts.replaceChildren(about(roster));
    show();
  }, EVERY_MS);
  filter.addEventListener('input', () => { first = 0; show(); });
  main.append(refresher.node, el('div', { class: 'stack' }, facts,
    el('form', { class: 'controls', role: 'search', on: {
      submit: (event) => event.preventDefault() } },
    el('label', {}, el('span', { text: 'Filter' }), filter)),
    said, rows.node, el('p', { class: 'buttons' }, back, on)));
  refresher.start();
  const unlisten = store.onEnd(() => refresher.soon());
  return { stop() { unlisten(); refresher.stop(); } };
}
