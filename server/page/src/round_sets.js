// How far each member of a round came: it shared, it is in the sum, it signed.
import { el, table } from './dom.js';

const SETS = [['u2', 'Shared'], ['u3', 'In the sum'], ['signers', 'Signed']];

export function memberSets(round) {
  const sets = SETS.map(([key]) => new Set((round[key] ?? []).map((one) => one.index)));
  const holder = el('div', {});
  const counts = SETS.map(([, text], at) => `${text.toLowerCase()} ${sets[at].size}`).join(', ');
  const node = el('details', { class: 'panel members' },
    el('summary', { text: `Members: ${round.cohort.length} (${counts})` }), holder);
  node.addEventListener('toggle', () => {
    if (!node.open || holder.childElementCount > 0) return;
    const rows = table('Members of the round', ['Index', 'Name', ...SETS.map(([, text]) => text)]);
    for (const member of round.cohort) {
      rows.body.append(el('tr', {}, el('td', { text: String(member.index) }),
        el('td', { text: member.name }),
        sets.map((set) => el('td', { text: set.has(member.index) ? 'yes' : 'no' }))));
    }
    holder.append(rows.node);
  });
  return node;
}
