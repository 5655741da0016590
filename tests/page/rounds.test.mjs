// What is over: history, a round's page, what can be taken from it, who is reliable.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './lib/browser.mjs';
import { Scene } from './lib/scene.mjs';

let browser, scene, visitor;
before(async () => {
  browser = await launch();
  scene = await Scene.open('rounds');
  await scene.do('join', { names: scene.roster });
  visitor = await Visitor.open(browser, scene.url, { expected: [/status of 401/] });
  await visitor.loggedIn(scene.token);
});
after(async () => {
  await browser?.close();
  await scene?.close();
});

const row = (number) => visitor.page.locator(
  `[data-testid=history-row][data-round="${number}"]`);
const seen = () => visitor.id('history-row').filter({ visible: true })
  .evaluateAll((rows) => rows.map((one) => one.dataset.round));

test('history fills by itself', async () => {
  await visitor.view('History');
  await row(1).waitFor();
  const loads = visitor.requests.filter((url) => url === scene.url).length;
  await row(2).waitFor();
  await row(3).waitFor({ timeout: 20_000 });
  assert.equal(visitor.requests.filter((url) => url === scene.url).length, loads);
});

test('a search leaves what it matches', async () => {
  const { session_id: wanted } = await scene.get('/v1/tasks/counts/rounds/2');
  await visitor.id('history-search').fill(wanted.slice(0, 12));
  await row(1).waitFor({ state: 'hidden' });
  assert.deepEqual(await seen(), ['2']);
  await visitor.id('history-search').fill('no round has this');
  await row(2).waitFor({ state: 'hidden' });
  assert.deepEqual(await seen(), []);
  await visitor.id('history-search').fill('');
  await row(1).waitFor();
});

// Elements of a .npy file of int64.
function elements(file) {
  const start = 10 + file.readUInt16LE(8);
  return Array.from({ length: (file.length - start) / 8 }, (_, i) =>
    Number(file.readBigInt64LE(start + 8 * i)));
}

const button = (name) => visitor.page.getByRole('button', { name, exact: true });

async function download(link) {
  const [taken] = await Promise.all([visitor.page.waitForEvent('download'), link.click()]);
  return { name: taken.suggestedFilename(), content: await readFile(await taken.path()) };
}

test('the page of a round has its record, which verifies', async () => {
  await row(2).getByRole('link').first().click();
  await visitor.page.getByRole('heading', { level: 1, name: 'counts, round 2' }).waitFor();
  const record = await scene.get('/v1/tasks/counts/rounds/2');
  await visitor.page.locator('[data-testid=round-verification][data-valid=true]').waitFor();
  await visitor.page.locator('main details > summary').first().click();
  const text = await visitor.page.locator('main').innerText();
  for (const shown of [record.session_id, record.record_hash, record.sum_digest]) {
    assert.ok(text.includes(shown), `${shown} in ${text}`);
  }
  for (const { name } of record.cohort) assert.ok(text.includes(name), name);
});

test('the sum that is taken from there is the very sum', async () => {
  const { u3 } = await scene.get('/v1/tasks/counts/rounds/2');
  // Updates hold the place in the roster, from 1 on, and a hundred for each round.
  const expected = u3.reduce((sum, { index }) => sum + index + 1 + 200, 0);
  const npy = await download(button('v.npy'));
  assert.match(npy.name, /\.npy$/);
  assert.deepEqual(elements(npy.content), Array(4).fill(expected));
  const json = await download(button('v.json'));
  assert.deepEqual(JSON.parse(json.content).values, Array(4).fill(expected));
});

test('the record that is taken from there is the file of the server', async () => {
  const { content } = await download(button('Record'));
  const file = await readFile(`${scene.folder}/results/counts/round-000002.record`);
  assert.ok(content.equals(file));
});

test('the roster has each member, and how reliable it is', async () => {
  const number = await scene.heldRound();
  await scene.do('kill', { names: ['m5'] });
  await scene.do('release');
  await scene.do('wait_for_log', { text: `counts/${number}: completed` });
  await visitor.view('Roster');
  const { members } = await scene.get('/v1/members');
  const rows = visitor.id('roster-row');
  await rows.nth(members.length - 1).waitFor();
  const texts = await rows.allInnerTexts();
  assert.equal(texts.length, members.length);
  for (const { name } of members) {
    assert.equal(texts.filter((text) => text.split(/[\t\n]/).includes(name)).length, 1, name);
  }
  const m5 = members.find(({ name }) => name === 'm5');
  assert.ok(m5.dropped > 0 && m5.reliability < 1);
  const text = texts.find((one) => one.split(/[\t\n]/).includes('m5'));
  assert.ok(text.includes(`${(100 * m5.reliability).toFixed(1)} %`), text);
  assert.ok(text.includes(m5.last_reason), text);
});

test('who lied is named, with what for', async () => {
  const blaming = await Scene.open('blame');
  try {
    const other = await Visitor.open(browser, `${blaming.url}#/round/${blaming.task}/1`,
      { expected: [/status of 401/] });
    await other.loggedIn(blaming.token);
    const { blame } = await fetch(`${blaming.url}v1/tasks/${blaming.task}/rounds/1`,
      { headers: { Authorization: `Bearer ${blaming.token}` } }).then((answer) => answer.json());
    assert.equal(blame[0].kind, 'bad_share');
    const text = await other.text('round-blame');
    for (const part of [blame[0].kind, blame[0].accused.name, blame[0].witness.name]) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
    await other.close();
  } finally {
    await blaming.close();
  }
});

test('nothing went wrong on the way', async () => {
  // There were names that would be markup in all of it.
  assert.equal(await visitor.page.evaluate(() => window.hit), undefined);
  visitor.check();
});
