// Where the dots of a round go: a column a phase that was answered, those that were dropped in a
// band below the phase that they were dropped in. Pure: sizes in, places out.
import { PHASES } from '../state.js';

const LARGEST = 14;
const SMALLEST = 0.5;
const MARGIN = 8;
const DROP_BAND = 0.26;  // of the height
// As many as the line of steps has above: offer, the phases, the sum.
const COLUMNS = PHASES.length + 2;

// The space between two dots so that n of them fit into an area, in rows.
function spacing(n, width, height) {
  let space = Math.min(LARGEST, Math.sqrt((width * height) / Math.max(1, n)));
  while (space > SMALLEST && Math.floor(width / space) * Math.floor(height / space) < n) {
    space *= 0.98;
  }
  return space;
}

function columnOf(member) {
  if (!member.droppedIn) return PHASES.indexOf(member.answered) + 1;
  // A phase that has no column of its own: below the last that it has answered.
  const phase = PHASES.indexOf(member.droppedIn);
  return (phase >= 0 ? phase : PHASES.indexOf(member.answered)) + 1;
}

// members: a map of index to member. Gives a map of index to {x, y, dropped}, and the dots' size.
export function layout(members, width, height) {
  const column = width / COLUMNS;
  const inner = Math.max(4, column - 2 * MARGIN);
  const band = height * DROP_BAND;
  const upper = height - band - MARGIN;
  const groups = new Map();
  const sorted = [...members.keys()].sort((a, b) => a - b);
  let mostDropped = 0;
  for (const index of sorted) {
    const member = members.get(index);
    const key = columnOf(member) * 2 + (member.droppedIn ? 1 : 0);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(index);
    if (key % 2 === 1) mostDropped = Math.max(mostDropped, groups.get(key).length);
  }
  const space = spacing(members.size, inner, upper - MARGIN);
  const dropSpace = Math.min(space, spacing(mostDropped, inner, band - MARGIN));
  const places = new Map();
  for (const [key, indices] of groups) {
    const dropped = key % 2 === 1;
    const step = dropped ? dropSpace : space;
    const left = Math.floor(key / 2) * column + MARGIN + step / 2;
    const top = (dropped ? upper + MARGIN : MARGIN) + step / 2;
    const perRow = Math.max(1, Math.floor(inner / step));
    indices.forEach((index, rank) => places.set(index, {
      x: left + (rank % perRow) * step, y: top + Math.floor(rank / perRow) * step, dropped,
    }));
  }
  return { places, size: Math.max(1, space * 0.36), dropSize: Math.max(1.2, dropSpace * 0.36),
    column, bandTop: upper + MARGIN / 2 };
}
