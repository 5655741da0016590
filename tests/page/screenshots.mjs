// The pictures of docs/images, of a live server: ninja -C build page-screenshots
import { mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launch, Visitor } from './lib/browser.mjs';
import { Scene } from './lib/scene.mjs';

const FOLDER = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const MOST_BYTES = 150_000;
const SIZE = { width: 1280, height: 880 };
const HOSPITALS = ['Aachen', 'Bergen', 'Cork', 'Dijon', 'Espoo', 'Freiburg', 'Gdansk', 'Halle',
  'Innsbruck', 'Jena', 'Kaunas', 'Leuven', 'Malaga', 'Nantes', 'Odense', 'Porto', 'Rouen', 'Siena',
  'Tartu', 'Uppsala', 'Verona', 'Wroclaw', 'York', 'Zagreb'].map((town) => `${town} hospital`);
const ROUNDS = 7;

async function picture(visitor, name) {
  const path = `${FOLDER}page-${name}.png`;
  await visitor.page.screenshot({ path });
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes`);
  console.log(`${path}: ${size} bytes`);
}

// A history in which some were late: one vanishes and comes back, all have paces of their own.
async function play(scene) {
  const paces = (most) => ({ seconds: Object.fromEntries(HOSPITALS.map((name, i) =>
    [name, (most * ((i * 7) % 24) / 24).toFixed(2)])) });
  await scene.do('pace', paces(0.8));
  await scene.do('join', { names: HOSPITALS });
  for (let round = 1; round <= ROUNDS; ++round) {
    await scene.do('pace', paces(0.4 + (round * 5 % 7) / 5));
    await scene.do('wait_for_log', { text: `counts/${round}: started` });
    const victim = HOSPITALS[(round * 5) % HOSPITALS.length];
    if (round % 3 === 2) await scene.do('kill', { names: [victim] });
    await scene.do('wait_for_log', { text: `counts/${round}: completed` });
    if (round % 3 === 2) await scene.do('join', { names: [victim] });
  }
}

// Two do not answer the offer; some have given their vector, and the others are held.
async function stage(scene) {
  await scene.do('hold', { names: HOSPITALS.filter((_, i) => i % 5 === 3) });
  await scene.do('freeze', { names: [HOSPITALS[4], HOSPITALS[15]] });
}

const browser = await launch();
const scene = await Scene.open('rounds', { roster: HOSPITALS, tasks: ['counts'],
  n_min: 20, mask: '20s' });
try {
  await mkdir(FOLDER, { recursive: true });
  const open = (options) => Visitor.open(browser, scene.url, {
    viewport: SIZE, colorScheme: 'light', expected: [/status of 401/], ...options });
  const visitor = await open({});
  await visitor.loggedIn(scene.token);
  await play(scene);
  await stage(scene);
  await visitor.page.locator(
    '[data-testid=round-live][data-task=counts][data-phase=mask]').waitFor({ timeout: 30_000 });
  await visitor.id('live-drop').first().waitFor();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await picture(visitor, 'live');
  await visitor.page.emulateMedia({ colorScheme: 'dark' });
  await picture(visitor, 'live-dark');
  await visitor.page.emulateMedia({ colorScheme: 'light' });
  await visitor.view('Roster');
  await visitor.id('roster-row').nth(HOSPITALS.length - 1).waitFor();
  await picture(visitor, 'roster');
  await visitor.view('History');
  await visitor.page.locator('[data-testid=history-row][data-round="5"]').getByRole('link').first()
    .click();
  await visitor.page.locator('[data-testid=round-verification][data-valid=true]').waitFor();
  await picture(visitor, 'round');
} finally {
  await browser.close();
  await scene.close();
}
