// What a new task is made of, from the fields of the form. Pure.
import { PHASES } from './state.js';

// "v 4" or "weights 128 64" a line: a name and the sizes of its dimensions.
export function parseTensors(text) {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '').map((line) => {
    const [name, ...sizes] = line.split(/[\s,×x[\]]+/).filter((piece) => piece !== '');
    if (sizes.length === 0 || !sizes.every((size) => /^[1-9]\d*$/.test(size))) {
      throw new Error(`“${line}”: a name, then the size of each dimension, such as “v 4”`);
    }
    return { name, shape: sizes.map(Number) };
  });
}

function number(values, key) {
  const value = Number(values[key]);
  if (values[key].trim() === '' || !Number.isFinite(value)) throw new Error(`${key}: a number`);
  return value;
}

function codecOf(values) {
  if (values.kind === 'fixed_point') {
    return { kind: 'fixed_point', clip: number(values, 'clip'), scale: number(values, 'scale'),
      weight_bound: number(values, 'weight_bound') };
  }
  return { kind: values.kind, bound: number(values, 'bound') };
}

// values: texts by the field's name; share_sum is a truth. Gives the body of POST /v1/tasks.
export function newTask(values) {
  const task = {
    name: values.name.trim(), tensors: parseTensors(values.tensors), codec: codecOf(values),
    n_min: number(values, 'n_min'), n_max: number(values, 'n_max'),
    max_corrupt: number(values, 'max_corrupt'), delta: values.delta.trim(),
    share_sum: Boolean(values.share_sum), rounds: number(values, 'rounds'),
    time_limits: Object.fromEntries(PHASES.map((phase) => [phase, values[phase].trim()])),
  };
  for (const key of ['gather', 'interval']) {
    if (values[key].trim() !== '') task[key] = values[key].trim();
  }
  if (task.tensors.length === 0) throw new Error('tensors: at least one');
  return task;
}
