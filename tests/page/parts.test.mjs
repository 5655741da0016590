// The other pure parts of the operator's page.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseAddress, roundAddress } from '../../server/page/src/address.js';
import { bytes, duration, percent } from '../../server/page/src/format.js';
import { layout } from '../../server/page/src/live/dot_layout.js';
import { rate, readMetrics, throughput } from '../../server/page/src/metrics.js';
import { search } from '../../server/page/src/rounds.js';
import { EventParser } from '../../server/page/src/sse.js';
import { newTask, parseTensors } from '../../server/page/src/task_fields.js';

const STREAM = ': blindsum\n\nid: 4\nevent: drop\ndata: {"a":1}\n\n: nothing new\n\n'
  + 'id: 5\r\nevent: end\r\ndata: one\r\ndata: two\r\n\r\ndata: unfinished\n';

test('events are the same however the stream is cut', () => {
  const whole = new EventParser().push(STREAM);
  assert.deepEqual(whole, [{ id: '4', event: 'drop', data: '{"a":1}' },
    { id: '5', event: 'end', data: 'one\ntwo' }]);
  for (let cut = 1; cut < STREAM.length; ++cut) {
    const parser = new EventParser();
    assert.deepEqual([...parser.push(STREAM.slice(0, cut)), ...parser.push(STREAM.slice(cut))],
      whole, `cut at ${cut}`);
  }
});

test('addresses, with names that need escapes', () => {
  const address = roundAddress('a/b c', 3);
  assert.deepEqual(parseAddress(address).path, ['round', 'a/b c', '3']);
  assert.equal(parseAddress('#/history?q=x+y').query.get('q'), 'x y');
  assert.deepEqual(parseAddress('').path, []);
  assert.deepEqual(parseAddress('#/round/%zz/1').path, ['round', '%zz', '1']);
});

test('numbers as people read them', () => {
  assert.deepEqual([0, 999, 1500, 61000, 3660000, 259200000].map(duration),
    ['0 ms', '999 ms', '1.5 s', '1 min 1 s', '1 h 1 min', '3 days']);
  assert.deepEqual([0, 1023, 1536, 1024 ** 3].map(bytes), ['0 B', '1023 B', '1.5 KiB', '1.0 GiB']);
  assert.deepEqual([bytes(null), duration(undefined)], ['–', '–']);
  assert.deepEqual([0, 0.5, 1].map(percent), ['0 %', '50.0 %', '100 %']);
});

test('metrics: series of one name are added, others and comments are not', () => {
  const text = '# HELP a_total b\n# TYPE a_total counter\na_total{x="1 2"} 3\na_total{x="}"} 4.5\n'
    + 'a_total_more 100\nb 1e3\n';
  assert.deepEqual(readMetrics(text, ['a_total', 'b', 'c']), { a_total: 7.5, b: 1000, c: 0 });
});

test('rates: a counter that began anew has none', () => {
  assert.equal(rate(10, 40, 3), 10);
  assert.equal(rate(40, 10, 3), null);
  assert.equal(throughput(0, 600, 1, 3), 300);
  assert.equal(throughput(600, 600, 3, 3), null);
});

test('search: every word, in any of a round’s texts', () => {
  const round = (task, number, outcome, reason) => ({ task, round: number, outcome, reason,
    session_id: `${number}f00` });
  const all = [round('alpha', 1, 'completed', 'ok'), round('alpha', 2, 'aborted', 'time_limit'),
    round('beta', 2, 'completed', 'ok')];
  const found = (query) => search(all, query).map((one) => `${one.task}/${one.round}`);
  assert.deepEqual(found({}), ['alpha/1', 'alpha/2', 'beta/2']);
  assert.deepEqual(found({ text: '  ALPHA time ' }), ['alpha/2']);
  assert.deepEqual(found({ text: '2f0', outcome: 'completed' }), ['beta/2']);
  assert.deepEqual(found({ task: 'beta' }), ['beta/2']);
  assert.deepEqual(found({ text: 'gamma' }), []);
});

function cohort(n, dropped = 0) {
  return new Map([...Array(n).keys()].map((index) => [index,
    { answered: 'share', droppedIn: index < dropped ? 'mask' : '', reason: '' }]));
}

test('dots: everybody has a place of its own, inside, in the column of its phase', () => {
  for (const [n, dropped, width, height] of [[5, 0, 1200, 200], [14, 3, 340, 256],
    [1000, 100, 1200, 208], [1000, 1000, 1200, 208],
    [1000, 0, 340, 256], [1000, 1000, 340, 256], [4096, 2000, 340, 256]]) {
    const { places, column, bandTop } = layout(cohort(n, dropped), width, height);
    assert.equal(places.size, n);
    const taken = new Set();
    for (const [index, { x, y, dropped: isDropped }] of places) {
      assert.ok(x > 0 && x < width && y > 0 && y < height, `${n}: ${index} is at ${x}, ${y}`);
      assert.equal(Math.floor(x / column), isDropped ? 3 : 2);
      assert.equal(y > bandTop, isDropped);
      taken.add(`${x} ${y}`);
    }
    assert.equal(taken.size, n);
  }
});

const FIELDS = { name: ' t ', tensors: 'v 4\n w 2 3 \n', kind: 'count', bound: '10', clip: '',
  scale: '', weight_bound: '', n_min: '5', n_max: '9', max_corrupt: '1', delta: '10%', rounds: '0',
  gather: '', interval: '1h', advertise: '1s', share: '1s', mask: '2s', attest: '1s',
  unmask: '1s' };

test('a task of the fields', () => {
  const task = newTask({ ...FIELDS, share_sum: 'on' });
  assert.deepEqual(task.tensors, [{ name: 'v', shape: [4] }, { name: 'w', shape: [2, 3] }]);
  assert.deepEqual(task.codec, { kind: 'count', bound: 10 });
  assert.equal(task.name, 't');
  assert.equal(task.share_sum, true);
  assert.equal(task.interval, '1h');
  assert.ok(!('gather' in task));
  const fixed = newTask({ ...FIELDS, kind: 'fixed_point', clip: '1.5', scale: '64',
    weight_bound: '2' });
  assert.deepEqual(fixed.codec, { kind: 'fixed_point', clip: 1.5, scale: 64, weight_bound: 2 });
});

test('fields that are no task', () => {
  assert.throws(() => parseTensors('v'), /each dimension/);
  assert.throws(() => parseTensors('v 0'), /each dimension/);
  assert.throws(() => newTask({ ...FIELDS, tensors: ' ' }), /at least one/);
  assert.throws(() => newTask({ ...FIELDS, n_min: '' }), /n_min/);
});
