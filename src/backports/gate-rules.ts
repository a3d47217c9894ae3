import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { freezeName } from '../domain/change-rules/freeze.ts';
import { type RuleSettings, eventFindings, holdsFor, ruleBehind, usualRules } from '../domain/change-rules/registry.ts';
import { type ChangeFacts, type RuleName, type RuleSetting, ruleNames } from '../domain/change-rules/rule.ts';
import type { Carried, Change } from '../domain/change.ts';
import { type ReleaseRules, expectedBy, freezeOf, isLate } from '../domain/release-rules.ts';
import { narrowingsBetween } from '../git/narrowings.ts';
import { commitsBetween } from '../git/range.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { versionKey } from '../timeline/anchors.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { freezesIn } from '../timeline/freezes.ts';
import { type Override, overrideFor } from '../timeline/overrides.ts';
import { skippedQuery } from '../timeline/suspect-background.ts';
import type { GateCheck, GateQuestion } from './gate-check.ts';
import type { Version } from './gate-version.ts';
import { runningIn } from './place.ts';

export interface GateRules {
  readonly db: Kysely<Schema>;
  readonly catalog: Catalog;
  readonly releases: ReleaseRules;
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
  readonly git: GitOrigin | null;
  readonly at: Date;
}

interface Asked {
  readonly question: GateQuestion;
  readonly version: Version;
  /** The environment has run it before: it is gone back to. */
  readonly hadBefore: boolean;
}

/** What the rules on changes say of deploying a version now; what people said beforehand passes what they forbid. */
export async function ruleChecks(gate: GateRules, asked: Asked): Promise<readonly GateCheck[]> {
  const checks = [
    ...(await timeChecks(gate, asked)),
    ...(await mirrorChecks(gate, asked)),
    ...(await broughtChecks(gate, asked)),
  ];
  if (!checks.some(({ outcome }) => outcome === 'forbids')) return checks;
  const override = await overrideFor(gate.db, asked.question, asked.version.commit, gate.at);
  return override === null ? checks : checks.map((check) => overridden(check, override));
}

function overridden(check: GateCheck, { reason, by }: Override): GateCheck {
  if (check.outcome !== 'forbids') return check;
  return { ...check, outcome: 'overridden', text: `${check.text}, overridden: ${reason} (${by})` };
}

/** Null: the gate has nothing to say by this rule here. */
function settingOf(rules: RuleSettings, name: RuleName, { environment, service }: GateQuestion): RuleSetting | null {
  const setting = rules[name];
  return setting.gate !== 'ignores' && holdsFor(setting, { environment, services: [service] }) ? setting : null;
}

function outcomeOf({ gate }: RuleSetting): GateCheck['outcome'] {
  return gate === 'forbids' ? 'forbids' : 'warns';
}

async function timeChecks(
  { db, catalog, releases, at }: GateRules,
  { question, hadBefore }: Asked,
): Promise<readonly GateCheck[]> {
  const rules = catalog.rules ?? usualRules;
  const { environment } = question;
  const change = { kind: hadBefore ? 'rollback' : 'deploy', environment, occurredAt: at } as const;
  const [freezing, windowed] = [settingOf(rules, 'freeze', question), settingOf(rules, 'window', question)];
  const freezes = freezing === null ? [] : await freezesIn(db, releases, { from: at, to: at });
  const found = freezeOf(freezes, change);
  if (freezing !== null && found !== null) {
    return [{ rule: 'freeze', outcome: outcomeOf(freezing), text: `${freezeName(found)} is on` }];
  }
  const checks: GateCheck[] = [];
  if (freezing !== null && (releases.freezes.length > 0 || (releases.freezeAt ?? null) !== null)) {
    const forDeploys = freezeOf(freezes, { ...change, kind: 'deploy' });
    const text =
      forDeploys === null
        ? `no freeze is on in ${environment}`
        : `${freezeName(forDeploys)} is on, and going back to what ran before is free`;
    checks.push({ rule: 'freeze', outcome: 'passes', text });
  }
  if (windowed !== null && isLate(expectedBy(releases.window), change)) {
    checks.push({ rule: 'window', outcome: outcomeOf(windowed), text: 'it is outside the release window' });
  }
  return checks;
}

async function mirrorChecks(
  { db, catalog, mirrors: all, at }: GateRules,
  { question, version: { commit }, hadBefore }: Asked,
): Promise<readonly GateCheck[]> {
  const { service, environment, version } = question;
  const mirrors = all.get(environment) ?? [];
  const setting = settingOf(catalog.rules ?? usualRules, 'skipped-staging', question);
  if (setting === null || mirrors.length === 0) return [];
  const names = mirrors.join(' or ');
  if (hadBefore) return [{ rule: 'mirror', outcome: 'passes', text: `${environment} has run it before` }];
  const asked = { id: '1', at: at.toISOString(), service, environment, version: versionKey(version), commit, mirrors };
  const { rows } = await skippedQuery([{ ...asked, actors: [] }]).execute(db);
  if (rows.length > 0) {
    return [{ rule: 'mirror', outcome: outcomeOf(setting), text: `it has never been in ${names}` }];
  }
  return [{ rule: 'mirror', outcome: 'passes', text: `nothing says that it has not been in ${names}` }];
}

/** More of one rule are counted. */
const mostNamed = 3;

/** What the rules say of what it would bring: its merges, and its migrations. What cannot be read is not told. */
async function broughtChecks(gate: GateRules, { question, version, hadBefore }: Asked): Promise<readonly GateCheck[]> {
  const { db, catalog, git } = gate;
  if (version.outcome === 'unknown' || git === null || hadBefore) return [];
  const { repository, gitDir, commit } = version;
  const running = await runningIn(db, { service: question.service, repository }, question.environment);
  if (running === null || running.commit === commit) return [];
  const read = await commitsBetween(git, gitDir, running.commit, commit);
  if (read.outcome === 'unreadable' || read.range.direction === 'backward') return [];
  const narrowings = (await narrowingsBetween(git, gitDir, running.commit, commit)) ?? [];
  const rules = catalog.rules ?? usualRules;
  const carried = { ...read.range, by: 'git', pullRequests: [], narrowings } as const;
  const commits = read.range.commits.map(({ sha }) => `${repository}@${sha}`);
  const merges = await mergesOf(db, catalog, commits, question.service);
  const said = [
    ...eventFindings(factsOf(question, carried, gate.at), rules).map((risk) => ({ ...risk, of: null })),
    ...merges.flatMap((merge) => merge.risks.map((risk) => ({ ...risk, of: nameOf(merge) }))),
  ];
  const texts = new Map<RuleName, string[]>();
  for (const { name, text, of } of said) {
    const rule = ruleBehind(name, rules)?.rule.name;
    if (rule === undefined) continue;
    texts.set(rule, [...(texts.get(rule) ?? []), of === null ? text : `${of}: ${text}`]);
  }
  return ruleNames.flatMap((rule): GateCheck[] => {
    if (rule === 'skipped-staging') return [];
    const setting = settingOf(rules, rule, question);
    const told = texts.get(rule) ?? [];
    if (setting === null || told.length === 0) return [];
    const more = told.length > mostNamed ? `, and ${told.length - mostNamed} more` : '';
    return [{ rule, outcome: outcomeOf(setting), text: `${told.slice(0, mostNamed).join('; ')}${more}` }];
  });
}

function factsOf({ service, environment }: GateQuestion, carried: Carried, at: Date): ChangeFacts {
  return {
    kind: 'deploy',
    title: '',
    environment,
    services: [service],
    status: null,
    occurredAt: at,
    finishedAt: null,
    actor: null,
    reason: null,
    pullRequest: null,
    reviews: [],
    files: [],
    carried,
    details: {},
    sources: [],
    traits: new Set(),
    release: null,
  };
}

/** That brought these commits, and not only to other services of the repository. */
async function mergesOf(
  db: Kysely<Schema>,
  catalog: Catalog,
  commits: readonly string[],
  service: string,
): Promise<readonly Change[]> {
  if (commits.length === 0) return [];
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('kind', '=', 'merge')
    .where('at', 'is not', null)
    .where(
      sql<boolean>`id in (
        select change_id from identities where type = 'commit' and value = any(${commits}::text[])
        union select change_id from mentions where type = 'commit' and value = any(${commits}::text[])
      )`,
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows
    .map((row) => changeOfRow(row, catalog))
    .filter(({ services }) => services.length === 0 || services.includes(service));
}

function nameOf({ pullRequest, commit, title }: Change): string {
  return pullRequest === null ? (commit?.slice(0, 7) ?? title) : `#${pullRequest.number}`;
}
