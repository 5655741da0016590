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
// A member has the same place in every column, so that only those move that something happened to.
export function layout(members, width, height) {
  const column = width / COLUMNS;
  const inner = Math.max(4, column - 2 * MARGIN);
  const upper = height * (1 - DROP_BAND) - MARGIN;
  const sorted = [...members.keys()].sort((a, b) => a - b);
  const droppedOf = Array(COLUMNS).fill(0);
  for (const member of members.values()) if (member.droppedIn) ++droppedOf[columnOf(member)];
  const band = height - upper - 2 * MARGIN;
  const space = spacing(members.size, inner, upper - MARGIN);
  const dropSpace = Math.min(space, spacing(Math.max(...droppedOf), inner, band));
  const place = (at, rank, step, top) => {
    const perRow = Math.max(1, Math.floor(inner / step));
    return { x: at * column + MARGIN + step * (rank % perRow + 0.5),
      y: top + step * (Math.floor(rank / perRow) + 0.5), dropped: top !== MARGIN };
  };
  const places = new Map();
  const ranks = Array(COLUMNS).fill(0);
  sorted.forEach((index, rank) => {
    const member = members.get(index);
    const at = columnOf(member);
    places.set(index, member.droppedIn ? place(at, ranks[at]++, dropSpace, upper + MARGIN)
      : place(at, rank, space, MARGIN));
  });
  return { places, size: Math.max(1, space * 0.36), dropSize: Math.max(1.2, dropSpace * 0.36),
    column, bandTop: upper + MARGIN / 2 };
}
