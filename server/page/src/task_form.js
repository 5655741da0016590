// The form that makes a task. What is wrong with it the server says, by the name of the key.
import { ask } from './api.js';
import { button, el, setText } from './dom.js';
import { PHASES } from './state.js';
import { newTask } from './task_fields.js';

const NAME = '[A-Za-z0-9_\\-][A-Za-z0-9._\\-]{0,63}';

function field(name, label, value, hint = '', more = {}) {
  const input = el(more.tag ?? 'input', { id: `task-${name}`, name, value, spellcheck: 'false',
    autocomplete: 'off', 'aria-describedby': hint ? `task-${name}-hint` : null, ...more.set });
  if (more.tag === 'textarea') input.defaultValue = value;
  return el('p', { class: 'field', data: { field: name } },
    el('label', { for: `task-${name}`, text: label }), input,
    hint ? el('span', { class: 'hint', id: `task-${name}-hint`, text: hint }) : null);
}

function numeric(name, label, value, hint, least = 0) {
  return field(name, label, value, hint, { set: { inputmode: 'numeric', type: 'number', min: least,
    step: 'any', required: true } });
}

function group(title, ...fields) {
  return el('fieldset', {}, el('legend', { text: title }), el('div', { class: 'fields' }, fields));
}

function codecKind(change) {
  const kinds = ['count', 'integer', 'fixed_point'];
  const select = el('select', { id: 'task-kind', name: 'kind', on: { change } },
    kinds.map((kind) => el('option', { value: kind, text: kind })));
  return el('p', { class: 'field' }, el('label', { for: 'task-kind', text: 'Codec' }), select);
}

function fields(change) {
  const required = { set: { required: true } };
  return [
    group('What is summed',
      field('name', 'Name', '', 'Letters, digits, - _ .', { set: { required: true,
        pattern: NAME } }),
      field('tensors', 'Tensors', 'v 4', 'One a line: a name, then the size of each dimension',
        { tag: 'textarea', set: { rows: 2, required: true } }),
      codecKind(change), numeric('bound', 'Bound', '1000', 'Of a value', 1),
      numeric('clip', 'Clip', '1', 'Of a value'), numeric('scale', 'Scale', '65536', ''),
      numeric('weight_bound', 'Most weight', '1', '', 1)),
    group('Who takes part',
      numeric('n_min', 'Members, at least', '5', 'A round starts when so many wait', 3),
      numeric('n_max', 'Members, at most', '100', '', 3),
      numeric('max_corrupt', 'Corrupt members', '1', 'That may help a malicious aggregator'),
      field('delta', 'May vanish', '10%', 'During a round', required),
      el('label', { class: 'tick' }, el('input', { type: 'checkbox', name: 'share_sum' }),
        ' Participants get the sum')),
    group('When',
      numeric('rounds', 'Rounds', '0', '0: without end'),
      field('gather', 'Gather', '', 'Such as 2s, once enough wait'),
      field('interval', 'Interval', '', 'Such as 1h, between two starts')),
    group('Time limits', PHASES.map((phase) => field(phase, phase, phase === 'mask' ? '60s' : '10s',
      '', required))),
  ];
}

// What the codec does not have is neither shown nor asked for.
function showCodec(form) {
  const fixed = form.elements.kind.value === 'fixed_point';
  for (const [name, shown] of [['bound', !fixed], ['clip', fixed], ['scale', fixed],
    ['weight_bound', fixed]]) {
    form.elements[name].disabled = !shown;
    form.elements[name].closest('.field').hidden = !shown;
  }
}

// onMade(name).
export function taskForm(onMade) {
  const failed = el('p', { class: 'problem', role: 'alert', hidden: true,
    data: { testid: 'task-form-problem' } });
  const submit = el('button', { type: 'submit', class: 'primary', text: 'Make the task',
    data: { testid: 'task-form-submit' } });
  const form = el('form', {}, ...fields(() => showCodec(form)), failed,
    el('p', { class: 'buttons' }, submit, button('Cancel', () => node.close())));
  const node = el('dialog', { class: 'wide', 'aria-labelledby': 'task-form-title',
    data: { testid: 'task-form' } }, el('h2', { id: 'task-form-title', text: 'New task' }), form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    failed.hidden = true;
    submit.disabled = true;
    try {
      const values = Object.fromEntries(new FormData(form));
      const task = newTask({ bound: '', clip: '', scale: '', weight_bound: '', ...values });
      await ask('/v1/tasks', { method: 'POST', body: task });
      node.close();
      form.reset();
      onMade(task.name);
    } catch (error) {
      setText(failed, error.message);
      failed.hidden = false;
    }
    submit.disabled = false;
  });
  const opener = button('New task', () => {
    failed.hidden = true;
    showCodec(form);
    node.showModal();
  }, { data: { testid: 'task-new' } });
  return { node, opener };
}
