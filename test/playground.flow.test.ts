import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, startBrowser } from '../playground/browser.ts';
import { askUntilTold } from '../playground/question.ts';
import { startWorld, type World } from '../playground/world.ts';

const chromium = findChromium();
if (chromium === null)
  process.stderr.write('The playground is not tested in a browser: no Chromium found (CHROMIUM names one).\n');

describe.skipIf(chromium === null)('the playground', () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  let told: Awaited<ReturnType<World['tell']>>;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ now: new Date(), port: 0 }), startBrowser(chromium ?? '')]);
    told = await world.tell();
    await askUntilTold(world, 'grace');
    page = await browser.newPage();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await world?.close();
  }, 60_000);

  it('sends what the service takes as signed by its sender', () => {
    expect(told.refused).toBe(0);
    expect(told.sent).toBeGreaterThan(200);
  });

  it('answers /since 2h to its asker only, and the answer changes where a button is clicked', async () => {
    await page.goto(`${world.page.url}?viewer=ada&place=incidents`);
    await page.getByRole('textbox', { name: 'Message #incidents' }).fill('/since 2h');
    await page.keyboard.press('Enter');
    const answer = page.getByRole('article').last();
    await answer.getByText('Only visible to you').waitFor();
    const narrow = await answer.innerText();
    const articles = await page.getByRole('article').count();

    await answer.getByRole('button', { name: 'Widen to 24 h' }).click();

    expect(narrow).toContain('10 changes to production');
    expect(narrow).toContain('Retry payment calls');
    expect(narrow).toContain('reported by Argo CD and GitHub');
    expect(narrow).toContain('resolved after 21 min, checkout · PagerDuty #1042');
    await expect.poll(() => answer.innerText()).not.toBe(narrow);
    expect(await page.getByRole('article').count()).toBe(articles);
    expect(await answer.innerText()).toContain('12 changes to production');
    expect(await answer.innerText()).toContain('v7.3.0 → v7.4.0');
  }, 60_000);

  it('shows what is shared to everybody', async () => {
    const shared = () => page.getByRole('article').filter({ hasText: 'Shared by' });
    await page.getByRole('article').last().getByRole('button', { name: 'Share in channel' }).click();
    await shared().first().waitFor();

    await page.getByLabel('You are').selectOption('kay');

    await expect.poll(() => shared().count()).toBe(1);
    await expect.poll(() => page.getByText('Only visible to you').count()).toBe(0);
  }, 60_000);

  it('answers in plain words and draws the Home tab', async () => {
    await page.getByLabel('You are').selectOption('grace');
    await page.getByRole('button', { name: 'Sincewhen', exact: true }).click();
    await page.getByRole('textbox').fill('what changed in prod in the last 2 hours?');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.getByRole('article').last().innerText(), { timeout: 10_000 })
      .toMatch(/changes to production/);

    await page.getByRole('button', { name: 'Sincewhen · Home' }).click();

    await expect.poll(() => page.getByRole('article').innerText(), { timeout: 10_000 }).toMatch(/checkout/);
  }, 60_000);

  it('refuses a request that another site makes', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(world.page.url.replace('/playground', '/playground/send'), {
        method: 'POST',
        headers,
        body: JSON.stringify({ viewer: 'ada', place: 'incidents', text: 'x' }),
      });

    expect((await send({ 'content-type': 'application/json', origin: 'https://evil.example' })).status).toBe(403);
    expect((await send({ 'content-type': 'text/plain' })).status).toBe(403);
    expect((await send({ 'content-type': 'application/json' })).status).toBe(200);
  });
});
