// Without a mouse: in, to every view, into a round, and always to be seen where one is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './lib/browser.mjs';
import { Scene } from './lib/scene.mjs';

const MOST_TABS = 60;

let browser, scene, visitor, page;
before(async () => {
  browser = await launch();
  scene = await Scene.open('rounds');
  await scene.do('join', { names: scene.roster });
  await scene.do('wait_for_log', { text: 'counts/1: completed' });
  await scene.do('hold');  // no more of them
  visitor = await Visitor.open(browser, scene.url, { expected: [/status of 401/] });
  ({ page } = visitor);
});
after(async () => {
  await browser?.close();
  await scene?.close();
});

// What has the focus: its name, and whether one sees so.
const focused = () => page.evaluate(() => {
  const node = document.activeElement;
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  return {
    tag: node.tagName, name: node.getAttribute('aria-label') ?? '', text: node.textContent.trim(),
    testid: node.dataset.testid ?? '', href: node.getAttribute('href') ?? '',
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
      && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1)
        || style.boxShadow !== 'none'),
  };
});

// Tab by tab, until `wanted` is true of what has the focus; all on the way is visible.
async function tabTo(wanted, what) {
  for (let tabs = 0; tabs < MOST_TABS; ++tabs) {
    await page.keyboard.press('Tab');
    const here = await focused();
    if (here.tag === 'BODY') continue;  // once around
    assert.ok(here.seen, `the focus is not to be seen on ${JSON.stringify(here)}`);
    if (wanted(here)) return here;
  }
  throw new Error(`${what} is not reached by Tab`);
}

test('the token is typed, Enter goes in', async () => {
  await visitor.id('login-token').waitFor();
  if ((await focused()).testid !== 'login-token') {
    await tabTo(({ testid }) => testid === 'login-token', 'the token');
  }
  await page.keyboard.type(scene.token);
  await page.keyboard.press('Enter');
  await visitor.connection('live');
});

test('the first Tab is a way past the navigation', async () => {
  await page.reload();
  await visitor.connection('live');
  await page.keyboard.press('Tab');
  const link = await focused();
  assert.match(link.text, /skip/i);
  assert.ok(link.seen);
  await page.keyboard.press('Enter');
  assert.ok(await page.evaluate(() =>
    document.querySelector('main').contains(document.activeElement)));
});

test('every view is reached, and says so in heading, title and focus', async () => {
  const links = page.getByRole('navigation').first().getByRole('link');
  const names = (await links.allTextContents()).map((name) => name.trim());
  assert.ok(names.length >= 5, names.join());
  for (const name of names) {
    await tabTo(({ tag, text }) => tag === 'A' && text === name, name);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name }).waitFor();
    assert.ok((await page.title()).includes(name));
    assert.equal((await focused()).tag, 'H1');
    const current = page.locator('nav a[aria-current=page]');
    assert.deepEqual(await current.allTextContents(), [name]);
  }
});

test('a round is opened, and Back leads back', async () => {
  await tabTo(({ tag, text }) => tag === 'A' && text === 'History', 'History');
  await page.keyboard.press('Enter');
  await visitor.id('history-row').first().waitFor();
  await tabTo(({ href }) => /\/1$/.test(href), 'round 1');
  await page.keyboard.press('Enter');
  await visitor.id('round-verification').waitFor();
  await page.goBack();
  await visitor.id('history-row').first().waitFor();
});

test('a task is paused, and a form is left as it was come to', async () => {
  await tabTo(({ tag, text }) => tag === 'A' && text === 'Tasks', 'Tasks');
  await page.keyboard.press('Enter');
  await visitor.id('task-row').first().waitFor();
  await tabTo(({ name }) => name === 'Pause idle', 'Pause');
  await page.keyboard.press('Enter');
  await page.locator('[data-testid=task-row][data-task=idle][data-state=paused]').waitFor();
  await tabTo(({ testid }) => testid === 'task-new', 'the form');
  await page.keyboard.press('Enter');
  await visitor.id('task-form').waitFor();
  assert.ok(await page.evaluate(() =>
    document.querySelector('dialog[open]').contains(document.activeElement)));
  await page.keyboard.press('Escape');
  await visitor.id('task-form').waitFor({ state: 'hidden' });
  assert.equal((await focused()).testid, 'task-new');
});

test('the theme is a button', async () => {
  await tabTo(({ testid }) => testid === 'theme-toggle', 'the theme');
  const before = await visitor.text('theme-toggle');
  await page.keyboard.press('Enter');
  assert.notEqual(await visitor.text('theme-toggle'), before);
});

test('nothing went wrong on the way', () => visitor.check());
