// How long each phase of a round took, as a bar and in words.
import { el } from './dom.js';
import { duration } from './format.js';
import { PHASES } from './state.js';

export function phaseBar(round) {
  const parts = PHASES.map((phase, at) => {
    const part = el('span', { class: `part p${at + 1}` });
    part.style.flexGrow = String(round.timings_ms[phase]);
    return part;
  });
  const words = PHASES.map((phase, at) => el('li', {}, el('i', { class: `swatch p${at + 1}` }),
    `${phase} ${duration(round.timings_ms[phase])}`));
  return el('div', { class: 'phases' },
    el('div', { class: 'phase-bar', 'aria-hidden': 'true' }, parts),
    el('ul', { class: 'legend', 'aria-label': 'Time of each phase' }, words));
}
