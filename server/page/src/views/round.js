// One round that is over: its record, whether that verifies, whom it blames, and its results.
import { ApiError, get, part } from '../api.js';
import { el, setText, table, terms } from '../dom.js';
import { downloadButton } from '../download.js';
import { bytes, duration } from '../format.js';
import { Refresher } from '../refresher.js';
import { memberSets } from '../round_sets.js';
import { phaseBar } from '../phase_bar.js';
import { totalMs } from '../rounds.js';

const HASHES = ['session_id', 'record_hash', 'previous_record', 'sum_digest', 'th0', 'th1', 'th2',
  'th3'];

function panel(title, ...content) {
  return el('section', { class: 'panel' }, el('h2', { text: title }), ...content);
}

function nameOf(member) {
  return member.name || `#${member.index}`;
}

function verification(result) {
  const text = result.valid ? 'The record verifies'
    : `The record does not verify: ${result.reason}`;
  return panel('Verification', el('p', { data: { testid: 'round-verification',
    valid: String(result.valid) } },
    el('span', { class: 'badge', text: result.valid ? 'valid' : 'not valid',
      data: { state: result.valid ? 'good' : 'bad' } }), ` ${text}.`),
    el('p', { class: 'hint', text: `Checked by the server under the roster of epoch `
      + `${result.roster_epoch}. Do not take its word for it: `
      + '“blindsum record verify” checks the file.' }));
}

function blame(round) {
  const data = { testid: 'round-blame', count: String(round.blame.length) };
  if (round.blame.length === 0) {
    return panel('Blame', el('p', { class: 'hint', text: 'Nobody is blamed.', data }));
  }
  const rows = table('Blame', ['Accused', 'Kind', 'Witness'], { data });
  for (const one of round.blame) {
    rows.body.append(el('tr', {}, el('td', { text: nameOf(one.accused) }),
      el('td', {}, el('code', { text: one.kind })),
      el('td', { text: one.witness ? nameOf(one.witness) : '–' })));
  }
  return panel(`Blame: ${round.blame.length}`, rows.node);
}

function dropped(round) {
  if (round.dropped.length === 0) {
    return panel('Dropped', el('p', { class: 'hint', text: 'Nobody was dropped.' }));
  }
  const rows = table('Dropped members', ['Member', 'Phase', 'Reason']);
  for (const one of round.dropped) {
    rows.body.append(el('tr', { data: { testid: 'round-drop' } }, el('td', { text: nameOf(one) }),
      el('td', { text: one.phase }), el('td', {}, el('code', { text: one.reason }))));
  }
  return panel(`Dropped: ${round.dropped.length}`, rows.node);
}

function results(round, arrays, base) {
  const failed = el('p', { class: 'problem', role: 'alert', hidden: true });
  const stem = `${round.task}-${round.round}`;
  const get1 = (text, path, name) => downloadButton(text, `${base}${path}`, name, failed);
  const rows = table('Arrays of the result', ['Array', { text: 'Size', class: 'number' }, 'Save']);
  for (const { array, size_bytes: size } of arrays) {
    rows.body.append(el('tr', {}, el('td', { text: array }),
      el('td', { class: 'number', text: bytes(size) }),
      el('td', { class: 'buttons' },
        get1(`${array}.npy`, `/arrays/${part(array)}`, `${stem}-${array}.npy`),
        get1(`${array}.json`, `/arrays/${part(array)}/values`, `${stem}-${array}.json`))));
  }
  return panel('Results and record', failed,
    el('p', { class: 'buttons' }, get1('Record', '/record', `${stem}.record`),
      get1('Round as JSON', '', `${stem}.json`)),
    arrays.length > 0 ? rows.node : el('p', { class: 'hint', text: 'The round has no result.' }));
}

function summary(round) {
  const graph = round.graph;
  const facts = [
    ['Outcome', el('span', { class: 'badge', text: round.outcome,
      data: { state: round.outcome } })],
    ['Reason', el('code', { text: round.reason })],
    ['Time', duration(totalMs(round))],
    ['Members', String(round.cohort.length)],
    ['In the sum', String(round.u3?.length ?? 0)],
  ];
  if (round.detail) facts.push(['Detail', round.detail]);
  if (round.decode_error) facts.push(['Decoding', el('code', { text: round.decode_error })]);
  if (round.total_weight > 0) facts.push(['Total weight', String(round.total_weight)]);
  if (round.vector_length) {
    facts.push(['Vector', `${round.vector_length} elements of ${round.ring_bits} bits`]);
  }
  if (graph) {
    facts.push(['Neighbours, threshold', `${graph.k}, ${graph.t}`],
      ['Corrupt members withstood', String(graph.c)],
      ['Honest members in a sum', `at least ${graph.honest_floor}`]);
  }
  if (round.roster_epoch !== undefined) facts.push(['Roster epoch', String(round.roster_epoch)]);
  return el('section', { class: 'panel', 'aria-label': 'Summary' }, terms(facts), phaseBar(round));
}

function hashes(round) {
  return panel('Hashes', terms(HASHES.filter((key) => round[key]).map((key) =>
    [key, el('span', { class: 'hex', text: round[key] })])));
}

export function showRound({ main, names: [task, number] }) {
  const base = `/v1/tasks/${part(task)}/rounds/${part(number)}`;
  const wait = el('p', { class: 'empty', role: 'status', text: 'Loading…' });
  const refresher = new Refresher(async (signal) => {
    try {
      const [round, verified, { arrays }] = await Promise.all(
        ['', '/verification', '/arrays'].map((path) => get(`${base}${path}`, { signal })));
      wait.remove();
      main.append(el('div', { class: 'stack' }, summary(round),
        el('div', { class: 'columns' }, verification(verified), blame(round),
          results(round, arrays, base), dropped(round)),
        memberSets(round), hashes(round)));
    } catch (error) {
      setText(wait, error instanceof ApiError && error.status === 404
        ? 'There is no record of this round.' : '');
      throw error;
    }
  });
  main.append(refresher.node, wait);
  refresher.start();
  return { stop: () => refresher.stop() };
}
