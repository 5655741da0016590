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

test('what the configuration has is there, and cannot be deleted', async () => {
  await row('counts').waitFor();
  await row('idle').waitFor();
  const remove = row('counts').getByRole('button', { name: /delete/i });
  assert.ok(await remove.count() === 0 || await remove.isDisabled());
});

test('pause and resume', async () => {
  await row('idle').getByRole('button', { name: /pause/i }).click();
  await becomes('idle', 'paused');
  await row('idle').getByText('paused').first().waitFor();
  await row('idle').getByRole('button', { name: /resume/i }).click();
  await becomes('idle', 'gathering');
  await row('idle').getByRole('button', { name: /pause/i }).waitFor();
});

test('nothing went wrong on the way', () => visitor.check());
