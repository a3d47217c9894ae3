import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium to look at the playground with: `CHROMIUM`, or where systems put it; null when there is none. */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  return usualPlaces.find((path) => existsSync(path)) ?? null;
}

export function startBrowser(executablePath: string): Promise<Browser> {
  // The sandbox needs rights that containers do not give; the only page it opens is ours.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}
