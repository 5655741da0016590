// The reducer of the operator's page: snapshots and events.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { apply, emptyState, fromSnapshot, phaseOf, stateOf } from '../../server/page/src/state.js';

const SESSION = 'ab'.repeat(32);
const about = (more) => ({ task: 'counts', round: 7, ...more });

function begun(members = [0, 1, 2]) {
  const state = emptyState();
  apply(state, 'task', { task: 'counts', state: 'running', why: '', waiting: 3, completed: 6 }, 0);
  apply(state, 'round', about({ session_id: SESSION, resumed: false, members }), 1000);
  return { state, round: state.tasks.get('counts').round };
}

const snapshotOf = (round) => ({ tasks: [{ task: 'counts', state: 'running', why: '', waiting: 0,
  completed: 6, round }] });

const liveRound = (phase, members, number = 7) => ({ round: number, session_id: SESSION,
  resumed: false, phase, started: '2025-01-01T00:00:00Z', phase_began: '2025-01-01T00:00:02Z',
  members });

test('a round begins with everybody offered', () => {
  const { round } = begun();
  assert.equal(round.members.size, 3);
  assert.equal(round.phase, 'advertise');
  assert.deepEqual([...round.members.values()].map(stateOf), ['offered', 'offered', 'offered']);
});

test('answers move a member forwards only, and are counted once a phase', () => {
  const { state, round } = begun();
  assert.deepEqual(apply(state, 'answer', about({ member: 1, phase: 'share' }), 0),
    { task: 'counts', member: 1 });
  assert.equal(apply(state, 'answer', about({ member: 1, phase: 'advertise' }), 0), null);
  assert.equal(apply(state, 'answer', about({ member: 1, phase: 'share' }), 0), null);
  assert.equal(stateOf(round.members.get(1)), 'share');
  assert.deepEqual(round.counts, { advertise: 1, share: 1, mask: 0, attest: 0, unmask: 0 });
});

test('a drop is counted once, and its reason is kept', () => {
  const { state, round } = begun();
  const drop = about({ member: 2, phase: 'mask', reason: 'time_limit' });
  apply(state, 'drop', drop, 0);
  assert.equal(apply(state, 'drop', drop, 0), null);
  apply(state, 'drop', about({ member: 2, phase: 'attest', reason: 'bad_message' }), 0);
  assert.equal(round.dropped, 1);
  assert.equal(stateOf(round.members.get(2)), 'dropped');
  assert.equal(round.members.get(2).reason, 'bad_message');
});

test('phases have their times; at the end the server’s own take their place', () => {
  const { state, round } = begun();
  apply(state, 'phase', about({ phase: 'share' }), 1500);
  apply(state, 'phase', about({ phase: 'share' }), 1600);  // told again: nothing new
  apply(state, 'phase', about({ phase: 'mask' }), 1700);
  assert.deepEqual(round.took, { advertise: 500, share: 200 });
  const timings = { advertise: 480, share: 190, mask: 30, attest: 4, unmask: 6 };
  for (const phase of ['attest', 'unmask', 'recover']) {
    apply(state, 'phase', about({ phase }), 1750);
  }
  const end = about({ outcome: 'completed', reason: 'ok', took_ms: 720, members: 3, dropped: 0,
    blamed: 0, timings_ms: timings });
  apply(state, 'end', end, 1800);
  assert.deepEqual(round.took, { ...timings, recover: 10 });
  assert.equal(phaseOf(round), 'completed');
  assert.equal(round.outcome.tookMs, 720);
  apply(state, 'round', { task: 'counts', round: 8, session_id: SESSION, members: [0] }, 1900);
  assert.deepEqual(state.tasks.get('counts').last, { round: 7, outcome: 'completed' });
  const later = fromSnapshot(snapshotOf(null), state, 2000);
  assert.deepEqual(later.tasks.get('counts').last, { round: 7, outcome: 'completed' });
});

test('a round that is void keeps its step until its end', () => {
  const { state, round } = begun();
  apply(state, 'phase', about({ phase: 'share' }), 1500);
  apply(state, 'phase', about({ phase: 'voiding' }), 1600);
  assert.equal(round.phase, 'share');
  apply(state, 'end', about({ outcome: 'aborted', reason: 'too_few_members', took_ms: 700,
    members: 3, dropped: 3, blamed: 0,
    timings_ms: { advertise: 498, share: 202, mask: 0, attest: 0, unmask: 0 } }), 1700);
  assert.deepEqual(round.took, { advertise: 498, share: 202 });  // the others were not reached
  assert.equal(phaseOf(round), 'aborted');
});

test('what is of another round changes nothing', () => {
  const { state, round } = begun();
  for (const [name, more] of [['answer', { member: 0, phase: 'mask' }],
    ['drop', { member: 0, phase: 'mask', reason: 'gone' }], ['phase', { phase: 'attest' }],
    ['end', { outcome: 'aborted', reason: 'gone' }]]) {
    assert.equal(apply(state, name, { task: 'counts', round: 6, ...more }, 0), null);
    assert.equal(apply(state, name, { task: 'other', round: 7, ...more }, 0), null);
  }
  assert.equal(phaseOf(round), 'advertise');
  assert.equal(stateOf(round.members.get(0)), 'offered');
});

test('an event that nobody knows changes nothing', () => {
  const { state } = begun();
  assert.equal(apply(state, 'weather', about({ member: 0, phase: 'mask' }), 0), null);
});

test('a snapshot has members, counts and drops', () => {
  const members = [{ index: 4, name: 'x', answered: 'mask', dropped_in: '', reason: '' },
    { index: 5, name: 'y', answered: '', dropped_in: 'advertise', reason: 'time_limit' }];
  const now = Date.parse('2025-01-01T00:00:10Z');
  const { round } = fromSnapshot(snapshotOf(liveRound('attest', members)), emptyState(), now)
    .tasks.get('counts');
  assert.deepEqual(round.counts, { advertise: 1, share: 1, mask: 1, attest: 0, unmask: 0 });
  assert.equal(round.dropped, 1);
  assert.equal(now - round.phaseBegan, 8000);
});

test('a clock that is behind the server’s gives no negative time', () => {
  const now = Date.parse('2024-12-31T23:00:00Z');
  const { round } = fromSnapshot(snapshotOf(liveRound('mask', [])), emptyState(), now)
    .tasks.get('counts');
  assert.equal(round.phaseBegan, now);
  assert.equal(round.started, now);
});

test('events that a snapshot has already end in the same state', () => {
  const { state } = begun([0, 1]);
  const events = [['answer', { member: 0, phase: 'advertise' }], ['phase', { phase: 'share' }],
    ['drop', { member: 1, phase: 'advertise', reason: 'time_limit' }],
    ['answer', { member: 0, phase: 'share' }], ['phase', { phase: 'mask' }]];
  for (const [name, more] of events) apply(state, name, about(more), 2000);
  const members = [{ index: 0, name: '', answered: 'share', dropped_in: '', reason: '' },
    { index: 1, name: '', answered: '', dropped_in: 'advertise', reason: 'time_limit' }];
  const again = fromSnapshot(snapshotOf(liveRound('mask', members)), emptyState(), 3000);
  for (const [name, more] of events) apply(again, name, about(more), 3000);
  const [one, two] = [state, again].map((which) => which.tasks.get('counts').round);
  assert.deepEqual(two.members, one.members);
  assert.deepEqual(two.counts, one.counts);
  assert.equal(two.dropped, one.dropped);
  assert.equal(two.phase, 'mask');
});

test('a round that is over stays until the next; one that vanished unseen does not', () => {
  const { state } = begun();
  const gone = fromSnapshot(snapshotOf(null), state, 0);
  assert.equal(gone.tasks.get('counts').round, null);
  apply(state, 'end', about({ outcome: 'aborted', reason: 'too_few_survivors', took_ms: 9,
    members: 3, dropped: 2, blamed: 0 }), 0);
  const kept = fromSnapshot(snapshotOf(null), state, 0);
  assert.equal(phaseOf(kept.tasks.get('counts').round), 'aborted');
  const next = fromSnapshot(snapshotOf(liveRound('share', [], 8)), kept, 0);
  assert.equal(phaseOf(next.tasks.get('counts').round), 'share');
});

test('a task that a snapshot has no more is gone', () => {
  const { state } = begun();
  assert.equal(fromSnapshot({ tasks: [] }, state, 0).tasks.size, 0);
});
