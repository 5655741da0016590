// Who gets in, and that nothing of the page leaves this machine.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './lib/browser.mjs';
import { Scene } from './lib/scene.mjs';

let browser, scene;
before(async () => {
  browser = await launch();
  scene = await Scene.open('rounds');
});
after(async () => {
  await browser?.close();
  await scene?.close();
});

const REFUSED = /status of 401/;

test('a wrong token is said to be wrong, and the right one goes on', async () => {
  const visitor = await Visitor.open(browser, scene.url, { expected: [REFUSED] });
  await visitor.login('not-the-token-of-this-server-0123456789');
  await visitor.page.getByRole('alert').filter({ hasText: 'token' }).waitFor();
  assert.equal(await visitor.id('login-token').inputValue(), '');
  await visitor.loggedIn(scene.token);
  await visitor.page.reload();  // it is kept for the tab
  await visitor.connection('live');
  await visitor.close();
});

test('the token is in no address, no cookie and nothing that outlives the tab', async () => {
  const visitor = await Visitor.open(browser, scene.url, { expected: [REFUSED] });
  const { page, context } = visitor;
  assert.equal(await visitor.id('login-token').getAttribute('type'), 'password');
  await visitor.loggedIn(scene.token);
  assert.deepEqual(visitor.requests.filter((url) => url.includes(scene.token)), []);
  assert.ok(!page.url().includes(scene.token));
  assert.deepEqual(await context.cookies(), []);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(!kept.includes(scene.token), kept);
  // A tab beside it is not in.
  const other = await context.newPage();
  await other.goto(scene.url);
  await other.getByTestId('login-token').waitFor();
  await visitor.close();
});

test('whoever signs out is out', async () => {
  const visitor = await Visitor.open(browser, scene.url, { expected: [REFUSED] });
  await visitor.loggedIn(scene.token);
  await visitor.page.getByRole('button', { name: 'Sign out' }).click();
  await visitor.id('login-token').waitFor();
  await visitor.page.reload();
  await visitor.id('login-token').waitFor();
  await visitor.close();
});

test('the policy of the page holds against what would be put into it', async () => {
  const visitor = await Visitor.open(browser, scene.url, {
    expected: [REFUSED, /Content Security Policy/, /TrustedHTML/] });
  await visitor.id('login-token').waitFor();
  const done = await visitor.page.evaluate(async (url) => {
    const attempts = {};
    const script = document.createElement('script');
    try {
      script.textContent = 'window.hit = 1';
    } catch (error) {
      attempts.script = error.name;
    }
    document.body.append(script);
    attempts.fetch = await fetch('http://127.0.0.1:1/').catch((error) => error.name);
    attempts.frame = await new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => {
        if (event.effectiveDirective === 'frame-src') resolve(event.effectiveDirective);
      });
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
    });
    return { ...attempts, hit: window.hit };
  }, scene.url);
  assert.equal(done.hit, undefined);
  assert.equal(done.fetch, 'TypeError');
  assert.equal(done.frame, 'frame-src');
  await visitor.context.close();
});

test('a certificate of the operators needs no token', async () => {
  const certified = await Scene.open('certificate');
  try {
    const options = { ignoreHTTPSErrors: true };
    const visitor = await Visitor.open(browser, certified.url, {
      ...options,
      clientCertificates: [{ origin: new URL(certified.url).origin,
        certPath: certified.certificate, keyPath: certified.key }] });
    await visitor.connection('live');
    assert.equal(await visitor.id('login-token').count(), 0);
    await visitor.close();
    const stranger = await Visitor.open(browser, certified.url,
      { ...options, expected: [/status of 403/] });
    await stranger.page.getByText('wants a certificate of its operators').waitFor();
    assert.equal(await stranger.id('login-token').count(), 0);
    await stranger.close();
  } finally {
    await certified.close();
  }
});
