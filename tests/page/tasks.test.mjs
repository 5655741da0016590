// Tasks are made, paused, resumed and taken away on the page; the API sees the same.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './lib/browser.mjs';
import { Scene } from './lib/scene.mjs';

const NAME = 'made-on-the-page';

let browser, scene, visitor;
before(async () => {
  browser = await launch();
  scene = await Scene.open('rounds');
  visitor = await Visitor.open(browser, scene.url, {
    expected: [/status of 401/, /status of 422/, /status of 409/] });
  await visitor.loggedIn(scene.token);
  await visitor.view('Tasks');
});
after(async () => {
  await browser?.close();
  await scene?.close();
});

const row = (name) => visitor.page.locator(`[data-testid=task-row][data-task="${name}"]`);
const state = async (name) => (await scene.get(`/v1/tasks/${name}`)).state;
const becomes = (name, wanted) => scene.until(
  async () => await state(name) === wanted, `${name} ${wanted}`);

const press = (name, what) => row(name).getByRole('button', { name: `${what} ${name}` }).click();
const shows = (name, wanted) => visitor.page.locator(
  `[data-testid=task-row][data-task="${name}"][data-state=${wanted}]`).waitFor();

test('what the configuration has is there, and cannot be deleted', async () => {
  await row('counts').waitFor();
  await row('idle').waitFor();
  assert.equal(await row('counts').getByRole('button', { name: /delete/i }).count(), 0);
});

test('pause and resume', async () => {
  await press('idle', 'Pause');
  await becomes('idle', 'paused');
  await shows('idle', 'paused');
  await press('idle', 'Resume');
  await becomes('idle', 'gathering');
  await shows('idle', 'gathering');
});

// Fills the form by its labels and sends it.
async function make(values) {
  const form = visitor.id('task-form');
  if (!await form.isVisible()) await visitor.id('task-new').click();
  for (const [label, value] of Object.entries(values)) {
    await form.getByLabel(label, { exact: true }).fill(value);
  }
  await visitor.id('task-form-submit').click();
}

test('a task that the server refuses is not made, and the form says why', async () => {
  await make({ Name: NAME, Tensors: 'v 3', 'Members, at least': '9', 'Members, at most': '6' });
  const problem = visitor.id('task-form-problem');
  await problem.waitFor();
  assert.match(await problem.textContent(), /n_max|n_min/);
  assert.equal(await row(NAME).count(), 0);
  const [status] = await scene.do('ask', { method: 'GET', path: `/v1/tasks/${NAME}` });
  assert.equal(status, 404);
});

test('a task is made', async () => {
  await make({ 'Members, at least': '5', 'Members, at most': '5', Rounds: '3',
    'May vanish': '20%' });
  await row(NAME).waitFor();
  const task = await scene.get(`/v1/tasks/${NAME}`);
  assert.deepEqual([task.configured, task.n_min, task.n_max, task.rounds, task.vector_length],
    [false, 5, 5, 3, 3]);
});

test('a name that is taken is said to be', async () => {
  await make({ Name: 'idle', Tensors: 'v 3' });
  const problem = visitor.id('task-form-problem');
  await problem.waitFor();
  assert.match(await problem.textContent(), /task_exists/);
  await visitor.page.keyboard.press('Escape');
  await visitor.id('task-form').waitFor({ state: 'hidden' });
});

test('a task is deleted by whoever confirms it', async () => {
  await press(NAME, 'Delete');
  await visitor.id('confirm').getByRole('button', { name: 'Cancel' }).click();
  await visitor.id('confirm').waitFor({ state: 'detached' });
  assert.equal((await scene.get(`/v1/tasks/${NAME}`)).task, NAME);
  await press(NAME, 'Delete');
  await visitor.id('confirm-yes').click();
  await row(NAME).waitFor({ state: 'detached' });
  const [status] = await scene.do('ask', { method: 'GET', path: `/v1/tasks/${NAME}` });
  assert.equal(status, 404);
});

test('nothing went wrong on the way', () => visitor.check());
