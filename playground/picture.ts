import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator } from 'playwright-core';
import { findChromium, startBrowser } from './browser.ts';
import { digestOfWeek } from './digest.ts';
import { bringHome, forgetHotfix, landHotfix } from './hotfix.ts';
import { beginIncident, closeIncident, mendIncident } from './incident.ts';
import { tellMonths } from './parity.ts';
import { askUntilTold } from './question.ts';
import { startWorld, type World } from './world.ts';

const docs = new URL('../docs/', import.meta.url);

const executable = findChromium();
if (executable === null) {
  process.stderr.write('No Chromium was found. Install one, or name it in CHROMIUM.\n');
  process.exit(1);
}

const world = await startWorld({ now: new Date(), port: 0 });
try {
  await beginIncident(world, 'ada');
  await mendIncident(world, 'grace');
  await world.tell();
  await askUntilTold(world, 'grace');
  const browser = await startBrowser(executable);
  await keep(await answerIn(world, browser), 'answer.png');
  await keep(await digestIn(world, browser), 'digest.png');
  await browser.close();
} finally {
  await world.close();
}

async function answerIn({ page: { url } }: World, browser: Browser): Promise<Locator> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 1500 }, deviceScaleFactor: 2 });
  await page.goto(`${url}?viewer=ada&place=incidents&theme=light`);
  await page.getByRole('textbox').fill('/since 2h');
  await page.getByRole('button', { name: 'Send' }).click();
  const answer = page.getByRole('article').last();
  await answer.getByText('Only visible to you').waitFor();
  await page.mouse.move(0, 0);
  return answer;
}

/** At the end of the same week as in the demo. */
async function digestIn(told: World, browser: Browser): Promise<Locator> {
  await tellMonths(told);
  await landHotfix(told);
  await closeIncident(told, 'ada');
  await bringHome(told);
  await forgetHotfix(told);
  await digestOfWeek(told, 'ada');
  const page = await browser.newPage({ viewport: { width: 1000, height: 2000 }, deviceScaleFactor: 2 });
  // ada still has a form open.
  await page.goto(`${told.page.url}?viewer=grace&place=prod-changes&theme=light`);
  const digest = page.getByRole('article').filter({ hasText: 'Better than last week' });
  // The lines of the charts take a moment to be drawn.
  await digest.getByText('Open backports').last().waitFor();
  await page.waitForTimeout(3000);
  return digest;
}

async function keep(message: Locator, name: string): Promise<void> {
  const path = fileURLToPath(new URL(name, docs));
  await mkdir(docs, { recursive: true });
  await message.screenshot({ path });
  process.stdout.write(`${path}\n`);
}
