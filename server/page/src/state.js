// What runs at present: a snapshot (/v1/live) and the events after it. Pure: the time is handed in.
//
// An event may be told that the snapshot has already; telling it again changes nothing in the end.

// What members answer, in this order. Then the server takes the masks off.
export const PHASES = ['advertise', 'share', 'mask', 'attest', 'unmask'];
export const STEPS = [...PHASES, 'recover'];

export function emptyState() {
  return { tasks: new Map() };
}

function taskOf(state, name) {
  let task = state.tasks.get(name);
  if (!task) {
    task = { task: name, state: '', why: '', waiting: 0, completed: 0, round: null,
      last: null };  // the newest that we saw end: {round, outcome}
    state.tasks.set(name, task);
  }
  return task;
}

function newRound(number, sessionId, resumed, now) {
  return {
    round: number, sessionId, resumed, phase: 'advertise', phaseBegan: now, started: now,
    took: {},      // phase: milliseconds, of those whose beginning and end we saw
    members: new Map(), counts: Object.fromEntries(PHASES.map((phase) => [phase, 0])),
    dropped: 0, outcome: null,
  };
}

const newMember = () => ({ answered: '', droppedIn: '', reason: '' });

// Answered means: this phase and all before it.
function countAnswer(round, from, to) {
  for (let i = PHASES.indexOf(from) + 1; i <= PHASES.indexOf(to); ++i) ++round.counts[PHASES[i]];
}

function setAnswer(round, member, phase) {
  if (PHASES.indexOf(phase) <= PHASES.indexOf(member.answered)) return false;
  countAnswer(round, member.answered, phase);
  member.answered = phase;
  return true;
}

function setDrop(round, member, phase, reason) {
  if (member.droppedIn === '') ++round.dropped;
  else if (member.droppedIn === phase && member.reason === reason) return false;
  member.droppedIn = phase;
  member.reason = reason;
  return true;
}

function memberOf(round, index) {
  let member = round.members.get(index);
  if (!member) {
    member = newMember();
    round.members.set(index, member);
  }
  return member;
}

function roundFrom(live, now) {
  const began = Math.min(now, Date.parse(live.phase_began) || now);
  const round = newRound(live.round, live.session_id, live.resumed, now);
  round.started = Math.min(now, Date.parse(live.started) || now);
  round.phase = live.phase;
  round.phaseBegan = began;
  round.partly = true;  // the phases before are not known to the millisecond
  for (const one of live.members) {
    const member = memberOf(round, one.index);
    if (one.answered) setAnswer(round, member, one.answered);
    if (one.dropped_in) setDrop(round, member, one.dropped_in, one.reason);
  }
  return round;
}

// A round that is known already keeps the times that were seen; one that is over stays to be seen
// until the next begins.
export function fromSnapshot(live, old, now) {
  const state = emptyState();
  for (const one of live.tasks) {
    const task = taskOf(state, one.task);
    const before = old.tasks.get(one.task)?.round;
    task.last = old.tasks.get(one.task)?.last ?? null;
    Object.assign(task, { state: one.state, why: one.why, waiting: one.waiting,
      completed: one.completed });
    if (one.round) {
      task.round = roundFrom(one.round, now);
      if (before?.round === task.round.round) {
        task.round.took = before.took;
        task.round.started = before.started;
        if (before.phase === task.round.phase) task.round.phaseBegan = before.phaseBegan;
      }
    } else if (before?.outcome) {
      task.round = before;
    }
  }
  return state;
}

function begin(task, data, now) {
  task.round = newRound(data.round, data.session_id, data.resumed, now);
  for (const index of data.members) memberOf(task.round, index);
}

// After the last step the server only says that the round is over, or void: its end tells more.
function changePhase(round, phase, now) {
  if (round.phase === phase || !STEPS.includes(phase)) return;
  round.took[round.phase] = now - round.phaseBegan;
  round.phase = phase;
  round.phaseBegan = now;
}

function finish(round, data, now) {
  if (round.outcome) return;
  if (STEPS.includes(round.phase)) round.took[round.phase] = now - round.phaseBegan;
  // The server's own times; ours have the way of the events in them.
  const reached = data.outcome === 'completed' ? PHASES
    : PHASES.slice(0, STEPS.indexOf(round.phase) + 1);
  const known = Object.entries(data.timings_ms ?? {}).filter(([phase]) => reached.includes(phase));
  for (const [phase, ms] of known) round.took[phase] = ms;
  const before = known.reduce((sum, [, ms]) => sum + ms, 0);
  if (round.phase === 'recover' || data.outcome === 'completed') {
    round.took.recover = Math.max(0, data.took_ms - before);
  }
  round.outcome = { outcome: data.outcome, reason: data.reason, tookMs: data.took_ms,
    members: data.members, dropped: data.dropped, blamed: data.blamed };
}

// Changes the state, and says what of it: {task, member} where only that member, {task} where more,
// or null for nothing.
export function apply(state, name, data, now) {
  if (name === 'task') {
    const task = taskOf(state, data.task);
    Object.assign(task, { state: data.state, why: data.why, waiting: data.waiting,
      completed: data.completed });
    return { task: data.task };
  }
  if (name === 'round') {
    begin(taskOf(state, data.task), data, now);
    return { task: data.task };
  }
  const round = state.tasks.get(data.task)?.round;
  if (!round || round.round !== data.round) return null;
  if (name === 'phase') {
    changePhase(round, data.phase, now);
    return { task: data.task };
  }
  if (name === 'end') {
    finish(round, data, now);
    taskOf(state, data.task).last = { round: data.round, outcome: data.outcome };
    return { task: data.task };
  }
  if (name !== 'answer' && name !== 'drop') return null;
  const member = memberOf(round, data.member);
  const changed = name === 'answer' ? setAnswer(round, member, data.phase)
    : setDrop(round, member, data.phase, data.reason);
  return changed ? { task: data.task, member: data.member } : null;
}

// One word for a member: dropped, offered, or the last phase that it has answered.
export function stateOf(member) {
  if (member.droppedIn) return 'dropped';
  return member.answered || 'offered';
}

// For the phase of a round as it is shown: what became of it, once it is over.
export function phaseOf(round) {
  return round.outcome ? round.outcome.outcome : round.phase;
}
