import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { findChromium, startBrowser } from './browser.ts';
import { askUntilTold } from './question.ts';
import { startWorld } from './world.ts';

const target = new URL('../docs/answer.png', import.meta.url);

const executable = findChromium();
if (executable === null) {
  process.stderr.write('No Chromium was found. Install one, or name it in CHROMIUM.\n');
  process.exit(1);
}

const world = await startWorld({ now: new Date(), port: 0 });
try {
  await world.tell();
  await askUntilTold(world, 'grace');
  const browser = await startBrowser(executable);
  const page = await browser.newPage({ viewport: { width: 1000, height: 1500 }, deviceScaleFactor: 2 });
  await page.goto(`${world.page.url}?viewer=ada&place=incidents&theme=light`);
  await page.getByRole('textbox').fill('/since 2h');
  await page.getByRole('button', { name: 'Send' }).click();
  const answer = page.getByRole('article').last();
  await answer.getByText('Only visible to you').waitFor();
  await page.mouse.move(0, 0);
  await mkdir(new URL('.', target), { recursive: true });
  await answer.screenshot({ path: fileURLToPath(target) });
  await browser.close();
  process.stdout.write(`${fileURLToPath(target)}\n`);
} finally {
  await world.close();
}
