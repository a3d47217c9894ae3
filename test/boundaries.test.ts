import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

const refused: readonly (readonly [string, string])[] = [
  ['src/domain/planted.ts', 'node:fs'],
  ['src/domain/planted.ts', 'kysely'],
  ['src/domain/planted.ts', '../timeline/record.ts'],
  ['src/domain/since/planted.ts', '../../timeline/record.ts'],
  ['src/sources/planted.ts', '../timeline/record.ts'],
  ['src/sources/planted.ts', '../database/schema.ts'],
  ['src/collectors/planted.ts', '../database/pool.ts'],
  ['src/collectors/planted.ts', '../config/settings.ts'],
  ['src/database/planted.ts', '../timeline/record.ts'],
  ['src/timeline/planted.ts', '../sources/reading/source.ts'],
  ['src/timeline/planted.ts', '../jobs/enqueue.ts'],
  ['src/timeline/planted.ts', '../slack/app.ts'],
  ['src/timeline/planted.ts', '../config/settings.ts'],
  ['src/ingest/planted.ts', '../deploys/relate.ts'],
  ['src/deploys/planted.ts', '../incidents/detect.ts'],
  ['src/deploys/planted.ts', '../jobs/run.ts'],
  ['src/deploys/planted.ts', '../sources/reading/source.ts'],
  ['src/deploys/planted.ts', '@slack/bolt'],
  ['src/incidents/planted.ts', '../deploys/relate.ts'],
  ['src/incidents/planted.ts', '../names/say-alias.ts'],
  ['src/names/planted.ts', '../deploys/relate.ts'],
  ['src/names/planted.ts', '../jobs/run.ts'],
  ['src/preferences/planted.ts', '../backports/list.ts'],
  ['src/preferences/planted.ts', '../slack/app.ts'],
  ['src/backports/planted.ts', '../preferences/preferences.ts'],
  ['src/timeline/planted.ts', '../preferences/preferences.ts'],
  ['src/freezes/planted.ts', '../backports/gate.ts'],
  ['src/freezes/planted.ts', '../slack/app.ts'],
  ['src/backports/planted.ts', '../freezes/look.ts'],
  ['src/timeline/planted.ts', '../freezes/look.ts'],
  ['src/timeline/planted.ts', '../names/say-alias.ts'],
  ['src/ledger/planted.ts', '../parity/compare.ts'],
  ['src/ledger/planted.ts', '../cli/main.ts'],
  ['src/parity/planted.ts', '../ledger/seal.ts'],
  ['src/timeline/planted.ts', '../ledger/seal.ts'],
  ['src/timeline/planted.ts', '../measures/read.ts'],
  ['src/digest/planted.ts', '../measures/digest.ts'],
  ['src/measures/planted.ts', '../incidents/find.ts'],
  ['src/measures/planted.ts', '../digest/compose.ts'],
  ['src/subscriptions/planted.ts', '../incidents/jobs.ts'],
  ['src/subscriptions/planted.ts', '../slack/posts.ts'],
  ['src/incidents/planted.ts', '../subscriptions/jobs.ts'],
  ['src/timeline/planted.ts', '../subscriptions/jobs.ts'],
  ['src/digest/planted.ts', '../parity/compare.ts'],
  ['src/digest/planted.ts', '../backports/list.ts'],
  ['src/digest/planted.ts', '@slack/web-api'],
  ['src/parity/planted.ts', '../digest/gather.ts'],
  ['src/people/planted.ts', '../names/say-alias.ts'],
  ['src/people/planted.ts', '../slack/app.ts'],
  ['src/backports/planted.ts', '../people/people.ts'],
  ['src/incidents/planted.ts', '../people/people.ts'],
  ['src/http/planted.ts', '../slack/app.ts'],
  ['src/http/planted.ts', '../jobs/run.ts'],
  ['src/slack/planted.ts', '../http/server.ts'],
  ['src/slack/planted.ts', '../sources/reading/source.ts'],
  ['src/slack/messages/planted.ts', '../../cli/main.ts'],
  ['src/cli/planted.ts', '../slack/app.ts'],
  ['src/jobs/planted.ts', '../http/server.ts'],
  ['src/http/planted.ts', '../main.ts'],
  ['src/http/planted.ts', '../start/parts.ts'],
  ['src/timeline/planted.ts', '../../test/database.ts'],
  ['src/start/planted.ts', '../../playground/slack.ts'],
];

const allowed: readonly (readonly [string, string])[] = [
  ['src/domain/planted.ts', './change.ts'],
  ['src/domain/planted.ts', 'zod'],
  ['src/domain/since/planted.ts', '../change.ts'],
  ['src/domain/since/planted.ts', '@date-fns/tz'],
  ['src/domain/comparison/planted.ts', '../facts/fact.ts'],
  ['src/collectors/planted.ts', '../domain/facts/fact.ts'],
  ['src/sources/planted.ts', '../domain/change.ts'],
  ['src/timeline/planted.ts', '../database/schema.ts'],
  ['src/ingest/planted.ts', '../sources/reading/source.ts'],
  ['src/deploys/planted.ts', '../jobs/enqueue.ts'],
  ['src/deploys/planted.ts', '../git/mirror.ts'],
  ['src/names/planted.ts', '../jobs/enqueue.ts'],
  ['src/ledger/planted.ts', '../timeline/search.ts'],
  ['src/freezes/planted.ts', '../jobs/enqueue.ts'],
  ['src/slack/planted.ts', '../freezes/give-reason.ts'],
  ['src/slack/planted.ts', '../names/say-alias.ts'],
  ['src/subscriptions/planted.ts', '../jobs/enqueue.ts'],
  ['src/subscriptions/planted.ts', '../timeline/aliases.ts'],
  ['src/slack/planted.ts', '../subscriptions/subscribe.ts'],
  ['src/slack/planted.ts', '../preferences/preferences.ts'],
  ['src/slack/planted.ts', '../people/people.ts'],
  ['src/people/planted.ts', '../timeline/ask.ts'],
  ['src/backports/planted.ts', '../domain/people/directory.ts'],
  ['src/http/planted.ts', '../ingest/ingest.ts'],
  ['src/measures/planted.ts', '../timeline/ask.ts'],
  ['src/measures/planted.ts', '../domain/measures/words.ts'],
  ['src/digest/planted.ts', '../domain/measures/words.ts'],
  ['src/digest/planted.ts', '../domain/digest/compose.ts'],
  ['src/config/planted.ts', '../domain/digest/facts.ts'],
  ['src/slack/planted.ts', '@slack/bolt'],
  ['src/slack/planted.ts', '../timeline/ask.ts'],
  ['src/jobs/planted.ts', '../deploys/relate.ts'],
  ['src/start/planted.ts', '../http/server.ts'],
  ['src/cli/planted.ts', '../start/git.ts'],
];

/** Each planted import in a file of its own, in a copy of nothing but the rules. */
function pathOf(file: string, index: number): string {
  return file.replace('planted', `planted-${index}`);
}

let folder: string;
let complaints: ReadonlySet<string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sincewhen-boundaries-'));
  complaints = new Set([
    ...(await lint(refused)),
    ...(await lint(
      allowed.map(([file, target]) => [file, target] as const),
      'allowed',
    )),
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function lint(planted: readonly (readonly [string, string])[], name = 'refused'): Promise<readonly string[]> {
  const tree = join(folder, name);
  for (const [index, [file, target]] of planted.entries()) {
    const path = join(tree, pathOf(file, index));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `import * as planted from '${target}';\n\nexport const kept = planted;\n`);
  }
  await cp(join(root, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
  const output = await new Promise<string>((resolve, reject) => {
    const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
    execFile(process.execPath, [oxlint, '--format=json', '.'], { cwd: tree }, (error, stdout) => {
      if (error !== null && stdout === '') reject(error);
      else resolve(stdout);
    });
  });
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] };
  return diagnostics
    .filter((each) => each.code.includes('no-restricted-imports'))
    .map((each) => `${name}:${each.filename}`);
}

describe('the directions of dependencies', () => {
  it.each(refused.map(([file, target], index) => ({ file, target, path: pathOf(file, index) })))(
    'refuse $target in $file',
    ({ path }) => {
      expect(complaints).toContain(`refused:${path}`);
    },
  );

  it.each(allowed.map(([file, target], index) => ({ file, target, path: pathOf(file, index) })))(
    'allow $target in $file',
    ({ path }) => {
      expect(complaints).not.toContain(`allowed:${path}`);
    },
  );
});
