import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { backportName } from '../domain/backports/backport.ts';
import { liveWords } from '../domain/backports/live-fix.ts';
import type { ReleaseRules } from '../domain/release-rules.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { wasThere } from '../timeline/was-there.ts';
import type { GateCheck, GateQuestion } from './gate-check.ts';
import { ruleChecks } from './gate-rules.ts';
import { type Version, versionOf } from './gate-version.ts';
import { fixesOf, lostFixes } from './lost-fixes.ts';
import { type BackportDependencies, runningIn } from './place.ts';

export interface GateDependencies extends BackportDependencies {
  readonly releases: ReleaseRules;
}

/** Somebody waits for the answer. A repository that is not here yet takes longer, and is fetched in the background. */
const patience = 25_000;

/** What speaks against deploying this version there now. Nothing that is not known does. */
export async function gateOf(
  dependencies: GateDependencies,
  question: GateQuestion,
): Promise<{ readonly commit: string | null; readonly checks: readonly GateCheck[] }> {
  const { db, now, releases, untold = [] } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  const git = dependencies.git === null ? null : { ...dependencies.git, signal: AbortSignal.timeout(patience) };
  const version = await versionOf({ ...dependencies, catalog, git }, question);
  const hadBefore = await wasThere(db, question, version.commit);
  const at = now();
  const checks = [
    ...(await hotfixChecks({ db, git, untold, at }, question, version)),
    ...(await ruleChecks(
      { db, catalog, releases, mirrors: dependencies.mirrors, git, at },
      { question, version, hadBefore },
    )),
  ];
  return { commit: version.commit, checks };
}

interface Looking {
  readonly db: Kysely<Schema>;
  readonly git: GitOrigin | null;
  readonly untold: readonly string[];
  readonly at: Date;
}

async function hotfixChecks(
  { db, git, untold, at }: Looking,
  { service, environment }: GateQuestion,
  version: Version,
): Promise<readonly GateCheck[]> {
  const unknown = (why: string): readonly GateCheck[] => [
    { rule: 'hotfixes', outcome: 'unknown', text: `whether it would revert a fix is not known: ${why}` },
  ];
  if (version.outcome === 'unknown' || git === null) {
    return unknown(version.outcome === 'unknown' ? version.why : 'no repository can be read');
  }
  const { repository, gitDir, commit } = version;
  const running = await runningIn(db, { service, repository }, environment);
  if (running === null) return unknown(`no deploy of ${service} to ${environment} is known whose commit is`);
  const versions = { origin: git, gitDir, repository, running: running.commit, next: commit };
  const found = await lostFixes(
    db,
    versions,
    await fixesOf(db, { repository, environment, services: [service], untold }),
  );
  if (found.outcome === 'unknown') return unknown(found.why);
  const checks = found.lost.map(({ fix, certainty, liveSince }): GateCheck => {
    const live = liveWords({ ...fix, liveSince }, at);
    const name = `${backportName(fix)}${fix.incidentId === null ? ', ' : ' '}${live}`;
    return certainty === 'sure'
      ? { rule: 'hotfixes', outcome: 'forbids', text: `would revert ${name}` }
      : { rule: 'hotfixes', outcome: 'unknown', text: `may revert ${name}: nobody can tell by its content` };
  });
  if (checks.length > 0) return checks;
  return [{ rule: 'hotfixes', outcome: 'passes', text: `it has every fix that ${environment} is known to have` }];
}
