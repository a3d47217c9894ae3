import { isCodePath, isMigrationPath } from '../domain/schema-migration.ts';
import { type Narrowing, type UsedNarrowing, narrowingsIn, usePatterns } from '../domain/schema-narrowing.ts';
import { outsideText } from '../domain/outside-text.ts';
import { type GitOrigin, runGit } from './run-git.ts';

const timeout = 20_000;
const mostFiles = 20;
/** Each is looked for in all of the code. */
const mostNarrowings = 10;
const mostUses = 5;

/**
 * What the migrations that are new in `to` take away of the schema, and which code of `to` has its name still. Both are
 * commits (40 hex) that the mirror holds. Null: git could not tell, or not in time.
 */
export async function narrowingsBetween(
  origin: GitOrigin,
  gitDir: string,
  from: string,
  to: string,
): Promise<readonly UsedNarrowing[] | null> {
  const added = await runGit(
    origin,
    ['diff', '--name-only', '-z', '--no-renames', '--diff-filter=A', `${from}...${to}`, '--'],
    { gitDir, timeout },
  );
  if (added.outcome === 'failed') return null;
  const files = added.output.split('\0').filter((path) => path !== '' && isMigrationPath(path));
  const found: Narrowing[] = [];
  for (const file of files.slice(-mostFiles)) {
    const shown = await runGit(origin, ['show', `${to}:${file}`], { gitDir, timeout });
    if (shown.outcome === 'failed') return null;
    found.push(...narrowingsIn(file, shown.output));
  }
  const used: UsedNarrowing[] = [];
  for (const narrowing of found.slice(0, mostNarrowings)) {
    const usedIn = await usesOf(origin, gitDir, to, narrowing);
    if (usedIn === null) return null;
    used.push({ ...narrowing, usedIn });
  }
  return used;
}

async function usesOf(
  origin: GitOrigin,
  gitDir: string,
  commit: string,
  narrowing: Narrowing,
): Promise<readonly string[] | null> {
  const patterns = usePatterns(narrowing);
  if (patterns.length === 0) return [];
  const args = ['grep', '-I', '-l', '-z', '-i', '-E', '--all-match'];
  const grepped = await runGit(origin, [...args, ...patterns.flatMap((each) => ['-e', each]), commit, '--'], {
    gitDir,
    timeout,
  });
  // 1 is git's word for "nowhere".
  if (grepped.outcome === 'failed') return grepped.code === 1 ? [] : null;
  const prefix = `${commit}:`;
  return grepped.output
    .split('\0')
    .flatMap((path) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []))
    .filter(isCodePath)
    .slice(0, mostUses)
    .flatMap((path) => outsideText(path, 300) ?? []);
}
