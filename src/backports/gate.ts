import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { backportName } from '../domain/backport.ts';
import { liveWords } from '../domain/live-fix.ts';
import { type ReleaseRules, breaches } from '../domain/release-rules.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { versionKey } from '../timeline/anchors.ts';
import { skippedQuery } from '../timeline/suspect-background.ts';
import { type Version, versionOf } from './gate-version.ts';
import { fixesOf, lostFixes } from './lost-fixes.ts';
import { type BackportDependencies, runningIn } from './place.ts';
import { wasThere } from './was-there.ts';

export interface GateDependencies extends BackportDependencies {
  readonly releases: ReleaseRules;
}

export interface GateQuestion {
  readonly service: string;
  readonly environment: string;
  /** A commit, a tag, or a version that was deployed somewhere. */
  readonly version: string;
}

export interface GateCheck {
  readonly rule: 'hotfixes' | 'freeze' | 'window' | 'mirror';
  /** `unknown`: it could not be looked at, which forbids nothing. */
  readonly outcome: 'passes' | 'forbids' | 'unknown';
  /** For people. */
  readonly text: string;
}

/** Somebody waits for the answer. A repository that is not here yet takes longer, and is fetched in the background. */
const patience = 25_000;

/** What speaks against deploying this version there now. Nothing that is not known does. */
export async function gateOf(
  dependencies: GateDependencies,
  question: GateQuestion,
): Promise<{ readonly commit: string | null; readonly checks: readonly GateCheck[] }> {
  const { db, now, releases } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  const git = dependencies.git === null ? null : { ...dependencies.git, signal: AbortSignal.timeout(patience) };
  const version = await versionOf({ ...dependencies, catalog, git }, question);
  const hadBefore = await wasThere(db, question, version.commit);
  const at = now();
  const breach = breaches(releases)({
    kind: hadBefore ? 'rollback' : 'deploy',
    environment: question.environment,
    occurredAt: at,
  });
  const checks: GateCheck[] = [...(await hotfixChecks({ db, git, at }, question, version))];
  if (breach?.rule === 'freeze') {
    checks.push({ rule: 'freeze', outcome: 'forbids', text: `the freeze ${breach.name} is on` });
  } else if (releases.freezes.length > 0) {
    checks.push({ rule: 'freeze', outcome: 'passes', text: `no freeze is on in ${question.environment}` });
  }
  if (breach?.rule === 'window') {
    checks.push({ rule: 'window', outcome: 'forbids', text: 'it is outside the release window' });
  }
  const mirrors = dependencies.mirrors.get(question.environment) ?? [];
  if (mirrors.length > 0)
    checks.push(await mirrorCheck(db, question, { commit: version.commit, mirrors, at, hadBefore }));
  return { commit: version.commit, checks };
}

interface Looking {
  readonly db: Kysely<Schema>;
  readonly git: GitOrigin | null;
  readonly at: Date;
}

async function hotfixChecks(
  { db, git, at }: Looking,
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
  const found = await lostFixes(db, versions, await fixesOf(db, { repository, environment, services: [service] }));
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

interface Mirrored {
  readonly commit: string | null;
  readonly mirrors: readonly string[];
  readonly at: Date;
  readonly hadBefore: boolean;
}

async function mirrorCheck(
  db: Kysely<Schema>,
  { service, environment, version }: GateQuestion,
  { commit, mirrors, at, hadBefore }: Mirrored,
): Promise<GateCheck> {
  const names = mirrors.join(' or ');
  if (hadBefore) return { rule: 'mirror', outcome: 'passes', text: `${environment} has run it before` };
  const asked = { id: '1', at: at.toISOString(), service, environment, version: versionKey(version), commit, mirrors };
  const { rows } = await skippedQuery([{ ...asked, actors: [] }]).execute(db);
  if (rows.length > 0) return { rule: 'mirror', outcome: 'forbids', text: `it has never been in ${names}` };
  return { rule: 'mirror', outcome: 'passes', text: `nothing says that it has not been in ${names}` };
}
