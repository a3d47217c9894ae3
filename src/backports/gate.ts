import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type Backport, backportName, stateOf } from '../domain/backport.ts';
import { askedWith } from '../domain/claims.ts';
import { incidentReference } from '../domain/incident.ts';
import { type ReleaseRules, breaches } from '../domain/release-rules.ts';
import { containedIn } from '../git/reached.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { versionKey } from '../timeline/anchors.ts';
import { skippedQuery } from '../timeline/suspect-background.ts';
import { claimsByCommit, saidOf } from './decisions.ts';
import { type Version, versionOf } from './gate-version.ts';
import { keptFingerprints } from './kept-fingerprints.ts';
import { listBackports } from './list.ts';
import { type BackportDependencies, runningIn } from './place.ts';
import { verifyBackports } from './verify.ts';

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
const most = 10_000;

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
  const all = await listBackports(db, { repository, reference: environment, limit: most });
  // Waived: somebody has said that it need not be there.
  const fixes = all.filter(({ state, ...each }) => !['lapsed', 'waived'].includes(state) && isOf(each, service));
  const there = await containedIn(git, gitDir, running.commit, fixes.flatMap(commitsOf));
  if ('error' in there) return unknown(there.error);
  const had = fixes.filter((fix) => commitsOf(fix).some((each) => there.has(each)));
  const commits = [...new Set(had.flatMap(({ commits }) => commits.map((each) => each.commit)))];
  const said = await saidOf(
    db,
    had.map(({ id }) => id),
  );
  const claims = claimsByCommit(had, said);
  const options = { origin: git, gitDir, target: commit, source: null, ignoreTrailers: false };
  const verified = await verifyBackports(
    { ...options, kept: keptFingerprints(db, repository) },
    commits.map((each) => ({ commit: each, ...askedWith(claims.get(each)) })),
  );
  if (verified.outcome === 'unreadable') return unknown(verified.why);
  const found = new Map(commits.map((each, index) => [each, verified.evidence[index]]));
  const checks = had.flatMap((fix): GateCheck[] => {
    const state = stateOf(fix.commits.map((each) => ({ ...each, evidence: found.get(each.commit) ?? each.evidence })));
    if (state === 'landed') return [];
    const name = `${backportName(fix)}${incidentWords(fix)}, live since ${since(fix.openedAt, at)}`;
    return state === 'open'
      ? [{ rule: 'hotfixes', outcome: 'forbids', text: `would revert ${name}` }]
      : [{ rule: 'hotfixes', outcome: 'unknown', text: `may revert ${name}: nobody can tell by its content` }];
  });
  if (checks.length > 0) return checks;
  return [{ rule: 'hotfixes', outcome: 'passes', text: `it has every fix that ${environment} is known to have` }];
}

function isOf({ service }: Pick<Backport, 'service'>, asked: string): boolean {
  return service === null || service === asked;
}

/** Those that make it up: a merge is made anew wherever they are merged. */
function commitsOf({ commits }: Backport): readonly string[] {
  const parts = commits.filter(({ isMerge }) => !isMerge);
  return (parts.length === 0 ? commits : parts).map(({ commit }) => commit);
}

function incidentWords({ incidentId }: Backport): string {
  return incidentId === null ? '' : ` from ${incidentReference({ id: incidentId })}`;
}

const week = 7 * 86_400_000;

/** `Tuesday` within the last week, else the day. UTC. */
function since(from: Date, now: Date): string {
  const near = now.getTime() - from.getTime() < week - 86_400_000;
  return near
    ? new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(from)
    : from.toISOString().slice(0, 10);
}

/** Deploys among which a version is looked for that was there before. */
const remembered = 50;

/** The environment has run this version: to go back to it is no new release. */
async function wasThere(
  db: Kysely<Schema>,
  { service, environment, version }: GateQuestion,
  commit: string | null,
): Promise<boolean> {
  const { rows } = await sql<{ there: boolean }>`
    select exists (
      select from (
        select id, commit from changes
        where service = ${service} and environment = ${environment} and kind in ('deploy', 'rollback')
          and at is not null and (status is null or status = 'succeeded')
        order by at desc, id desc limit ${remembered}
      ) as deploy
      where deploy.commit = ${commit} or exists (
        select from mentions
        where type = 'version' and value = ${versionKey(version)} collate "C" and change_id = deploy.id
      )
    ) as there
  `.execute(db);
  return rows[0]?.there === true;
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
