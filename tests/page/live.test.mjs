// Rounds as they happen: real members move, vanish and come back; so does the server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './lib/browser.mjs';
import { Scene } from './lib/scene.mjs';

let browser, scene, visitor;
before(async () => {
  browser = await launch();
  scene = await Scene.open('rounds');
  visitor = await Visitor.open(browser, scene.url, {
    expected: [/status of 401/, /ERR_CONNECTION_REFUSED/, /ERR_INCOMPLETE_CHUNKED/,
      /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/] });
  await visitor.loggedIn(scene.token);
});
after(async () => {
  await browser?.close();
  await scene?.close();
});

const card = (phase) => visitor.page.locator(
  `[data-testid=round-live][data-task=counts][data-phase=${phase}]`);

// What the picture of the dots says of itself, and what it looks like.
async function picture() {
  const canvas = visitor.page.locator('[data-task=counts] canvas');
  return { says: await canvas.getAttribute('aria-label'),
    drawn: await canvas.evaluate((node) => node.toDataURL()) };
}

// The states of the members of the task's round, by name, as its table has them.
async function states() {
  const details = visitor.page.locator('[data-task=counts] [data-testid=member-table]');
  if (!await details.evaluate((node) => node.open)) await details.locator('summary').click();
  const rows = details.getByTestId('member-row');
  return Object.fromEntries(await rows.evaluateAll((all) => all.map((row) =>
    [row.cells[1].textContent, row.dataset.state])));
}

test('a round appears, and its members go from phase to phase', async () => {
  await scene.do('hold');
  await scene.do('join', { names: scene.roster });
  await card('mask').waitFor();
  assert.equal(await card('mask').getAttribute('data-round'), '1');
  const held = Object.fromEntries(scene.roster.map((name) => [name, 'share']));
  await scene.until(async () => Object.values(await states()).every((one) => one === 'share'),
    'the second phase of all');
  assert.deepEqual(await states(), held);
  const before = await picture();
  await scene.do('hold', { names: ['m9', 'm10'] });
  await scene.do('release');
  const moved = { ...held, ...Object.fromEntries(scene.roster.map((name) => [name, 'mask'])),
    m9: 'share', m10: 'share' };
  await scene.until(async () => Object.values(await states())
    .filter((one) => one === 'mask').length === 10, 'ten masked inputs');
  assert.deepEqual(await states(), moved);
  const after = await picture();
  assert.match(before.says, /12 answered share, 0 answered mask/);
  assert.match(after.says, /12 answered share, 10 answered mask/);
  assert.notEqual(after.drawn, before.drawn);
  await scene.do('release', { names: ['m9', 'm10'] });
  await card('completed').waitFor();
});

test('names that would be markup are text', async () => {
  assert.equal(await visitor.page.evaluate(() => window.hit), undefined);
  for (const name of scene.hostile) {
    assert.ok(Object.keys(await states()).includes(name));
    assert.ok(await visitor.page.getByText(name, { exact: true }).count() > 0, name);
  }
  assert.equal(await visitor.page.locator('main img').count(), 0);
  assert.equal(await visitor.page.locator('[onerror], [onload]').count(), 0);
});

test('one that is killed is a drop, by name and with the reason', async () => {
  const number = await scene.heldRound();
  await scene.do('kill', { names: ['m3'] });
  await scene.do('release');
  const drop = visitor.page.locator('[data-task=counts] [data-testid=live-drop]',
    { hasText: 'm3' });
  await drop.waitFor();
  await card('completed').waitFor();
  const { dropped } = await scene.get(`/v1/tasks/counts/rounds/${number}`);
  const text = await drop.textContent();
  const [one] = dropped;
  assert.deepEqual(dropped.map(({ name }) => name), ['m3']);
  assert.ok(text.includes(one.reason) && text.includes(one.phase), `${text}, ${one.reason}`);
  assert.equal((await states()).m3, 'dropped');
  await scene.do('join', { names: ['m3'] });
});

test('a killed server is said to be lost, and is found again', async () => {
  await scene.do('kill_server');
  await visitor.connection('lost');
  assert.match(await visitor.text('connection'), /connection lost/i);
  await scene.do('start_server');
  await visitor.connection('live', 60_000);
  // What the page has heard is of another process: rounds go on being shown all the same.
  const { completed } = (await scene.get('/v1/tasks/counts'));
  await scene.until(async () => (await scene.get('/v1/tasks/counts')).completed > completed + 1,
    'two more rounds');
  const newest = (await scene.get('/v1/tasks/counts/rounds?limit=1')).rounds[0].round;
  await scene.until(async () => Number(await visitor.page
    .locator('[data-testid=round-live][data-task=counts]').getAttribute('data-round')) >= newest,
    'the newest round on the page');
});

test('nothing went wrong on the way', () => visitor.check());
