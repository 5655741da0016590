// Chromium, without a network but this machine's, and windows of it that note what goes wrong.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const packages = createRequire(join(process.env.PAGE_PACKAGES, 'package.json'));
const { chromium } = packages('playwright-core');
export const axeSource = packages('axe-core').source;

const LIMIT_MS = 30_000;

export async function launch() {
  const asRoot = process.getuid() === 0;  // Chromium's sandbox refuses root
  return chromium.launch({
    executablePath: process.env.PAGE_CHROMIUM,
    args: [...(asRoot ? ['--no-sandbox'] : []), '--disable-gpu',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost'],
  });
}

// One window, logged out. `expected`: console errors that belong to what is tested.
export class Visitor {
  static async open(browser, url, { expected = [], init = [], ...options } = {}) {
    const context = await browser.newContext({ acceptDownloads: true, reducedMotion: 'reduce',
      ...options });
    context.setDefaultTimeout(LIMIT_MS);
    for (const script of init) await context.addInitScript(script);
    const visitor = new Visitor(context, await context.newPage(), new URL(url).origin, expected);
    await visitor.page.goto(url);
    return visitor;
  }

  constructor(context, page, origin, expected) {
    Object.assign(this, { context, page, expected });
    this.problems = [];
    this.requests = [];
    page.on('pageerror', (error) => this.#note(`exception: ${error.stack ?? error}`));
    page.on('console', (message) => {
      // Chromium tells of violated policies here, too.
      if (['error', 'warning'].includes(message.type())) this.#note(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      this.requests.push(request.url());
      const where = new URL(request.url());
      if (where.protocol !== 'blob:' && where.origin !== origin) {
        this.problems.push(`a request to another origin: ${request.url()}`);
      }
    });
  }

  #note(problem) {
    if (!this.expected.some((pattern) => pattern.test(problem))) this.problems.push(problem);
  }

  id(name) {
    return this.page.getByTestId(name);
  }

  async login(token) {
    await this.id('login-token').fill(token);
    await this.id('login-submit').click();
  }

  async loggedIn(token) {
    await this.login(token);
    await this.connection('live');
  }

  // Until the page says this of its connection: live or lost.
  async connection(state, limitMs = LIMIT_MS) {
    await this.page.locator(`[data-testid=connection][data-state=${state}]`)
      .waitFor({ timeout: limitMs });
  }

  // The link of this name in the navigation, and until its heading is there.
  async view(name) {
    await this.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  async text(name) {
    return (await this.id(name).first().textContent()).trim();
  }

  // Fails for whatever went wrong up to here.
  check() {
    assert.deepEqual(this.problems, []);
  }

  async close() {
    await this.context.close();
    this.check();
  }
}
