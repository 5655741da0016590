// Every view, light and dark: axe-core finds nothing, and a narrow screen does not scroll sideways.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axeSource, launch, Visitor } from './lib/browser.mjs';
import { Scene } from './lib/scene.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const NARROW_PX = 320;
// Address: what is there once the view has what it shows.
const VIEWS = { '#/live': 'round-live', '#/history': 'history-row', '#/roster': 'roster-row',
  '#/tasks': 'task-row', '#/server': 'server-ready', '#/round/counts/1': 'round-verification' };

let browser, scene;
before(async () => {
  browser = await launch();
  scene = await Scene.open('rounds');
  await scene.do('join', { names: scene.roster });
  await scene.do('wait_for_log', { text: 'counts/1: completed' });
  await scene.do('hold');  // one that runs, and stays as it is
});
after(async () => {
  await browser?.close();
  await scene?.close();
});

async function findings(page) {
  const { violations } = await page.evaluate((tags) =>
    window.axe.run(document, { runOnly: tags }), TAGS);
  return violations.map(({ id, help, nodes }) =>
    `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

const opened = (options) => Visitor.open(browser, scene.url, {
  init: [axeSource], expected: [/status of 401/], ...options });

async function go(visitor, view) {
  await visitor.page.evaluate((hash) => { location.hash = hash; }, view);
  await visitor.id(VIEWS[view]).first().waitFor();
}

for (const colorScheme of ['light', 'dark']) {
  test(`axe-core finds nothing, ${colorScheme}`, async () => {
    const visitor = await opened({ colorScheme });
    await visitor.id('login-token').waitFor();
    assert.deepEqual(await findings(visitor.page), [], 'login');
    await visitor.login('a-wrong-token-0123456789-0123456789');
    await visitor.page.getByRole('alert').first().waitFor();
    assert.deepEqual(await findings(visitor.page), [], 'login that failed');
    await visitor.loggedIn(scene.token);
    for (const view of Object.keys(VIEWS)) {
      await go(visitor, view);
      const closed = visitor.page.locator('details:not([open]) > summary')
        .filter({ visible: true });
      while (await closed.count() > 0) await closed.first().click();
      assert.deepEqual(await findings(visitor.page), [], view);
    }
    await go(visitor, '#/tasks');
    await visitor.id('task-new').click();
    await visitor.id('task-form').waitFor();
    assert.deepEqual(await findings(visitor.page), [], 'the form of a task');
    await visitor.close();
  });
}

test(`${NARROW_PX} px wide, nothing scrolls sideways`, async () => {
  const visitor = await opened({ viewport: { width: NARROW_PX, height: 640 } });
  await visitor.id('login-token').waitFor();
  const widths = {};
  const measure = async (name) => {
    widths[name] = await visitor.page.evaluate(() => document.documentElement.scrollWidth);
  };
  await measure('login');
  await visitor.loggedIn(scene.token);
  for (const view of Object.keys(VIEWS)) {
    await go(visitor, view);
    await measure(view);
  }
  const wide = Object.entries(widths).filter(([, width]) => width > NARROW_PX);
  assert.deepEqual(wide, []);
  await visitor.close();
});

const background = (page) => page.evaluate(() => {
  const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
  return r + g + b > 384 ? 'light' : 'dark';
});

test('the theme follows the system, and a choice is remembered', async () => {
  const visitor = await opened({ colorScheme: 'light' });
  const { page } = visitor;
  await visitor.loggedIn(scene.token);
  assert.equal(await background(page), 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.equal(await background(page), 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  // Whatever the order of the choices, one of them is dark.
  for (let presses = 0; await background(page) === 'light' && presses < 3; ++presses) {
    await visitor.id('theme-toggle').click();
  }
  assert.equal(await background(page), 'dark');
  await page.reload();
  await visitor.connection('live');
  assert.equal(await background(page), 'dark');
  await visitor.close();
});
