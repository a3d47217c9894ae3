import type { Change } from '../../src/domain/change.ts';
import { type Made, type Plan, aMadeChange, actorOf } from './made.ts';
import { has } from './odds.ts';
import { type Random, between, chance, hex, logNormal, pick, whole } from './random.ts';
import { codeTopics } from './topics.ts';
import type { World } from './world.ts';

const minute = 60_000;

/** How long a rollout takes. */
export function rolloutOf(random: Random): number {
  return logNormal(random, 4 * minute, 0.7);
}

/**
 * The deploys of one service to production, oldest first, with what comes before them (a merge, staging) and after: one
 * in forty is taken back soon, whether or not it did harm.
 */
export function deploysOf(random: Random, world: World, service: string, plans: readonly Plan[]): readonly Made[] {
  const first = whole(random, 1, 400);
  let before = release(random, first);
  return plans.flatMap((plan, index) => {
    const now = release(random, first + index + 1);
    const made = deployOf(random, { world, service, plan, from: before, now });
    const back = !plan.cause && chance(random, 0.025);
    const rolledBack = back
      ? [
          rollbackOf(random, {
            world,
            service,
            at: plan.at + plan.duration + between(random, 10, 50) * minute,
            from: now,
            to: before,
          }),
        ]
      : [];
    if (!back) before = now;
    return [...made, ...rolledBack];
  });
}

interface Release {
  readonly version: string;
  readonly commit: string;
}

function release(random: Random, number: number): Release {
  return { version: `1.${number}.0`, commit: hex(random, 40) };
}

interface Step {
  readonly world: World;
  readonly service: string;
  readonly plan: Plan;
  readonly from: Release;
  readonly now: Release;
}

function deployOf(random: Random, { world, service, plan, from, now }: Step): readonly Made[] {
  const { feeds } = world;
  const { cause } = plan;
  const skipped = has(random, 'skippedStaging', cause);
  const isNew = has(random, 'newActor', cause);
  const status = has(random, 'failed', cause) ? 'failed' : !cause && chance(random, 0.02) ? 'cancelled' : 'succeeded';
  const risks = reviewRisks(random, cause);
  const merged = plan.at - logNormal(random, 90 * minute, 1);
  const staged = between(random, merged, plan.at);
  const actor = { login: actorOf(random, world, service, isNew) };
  const repository = `acme/${service}`;
  const version = { from: from.version, to: now.version, commit: now.commit, repository };
  const production = aMadeChange({
    kind: 'deploy',
    title: `deploy ${service} ${now.version} to production`,
    environment: 'production',
    service,
    ...version,
    previousCommit: from.commit,
    actor: chance(random, 0.3) ? { login: 'deploy-bot' } : actor,
    status,
    occurredAt: new Date(plan.at),
    finishedAt: new Date(plan.at + plan.duration),
    reason: chance(random, 0.2) ? plan.topic.did : null,
    carried: feeds.history ? carriedBy(random, { plan, repository, actor, risks, now }) : null,
    risks: [
      ...(status === 'failed' ? [{ name: 'failed', text: 'failed' } as const] : []),
      ...(status === 'succeeded' && has(random, 'failedFirst', cause)
        ? [{ name: 'failed-first', text: 'failed first, then passed' } as const]
        : []),
    ],
    sources: ['github'],
  });
  const knows = feeds.staging ? { skipped_staging: skipped, new_actor: isNew } : null;
  const staging = aMadeChange({
    kind: 'deploy',
    title: `deploy ${service} ${now.version} to staging`,
    environment: 'staging',
    service,
    ...version,
    actor: { login: 'deploy-bot' },
    status: 'succeeded',
    occurredAt: new Date(staged),
    finishedAt: new Date(staged + rolloutOf(random)),
    sources: ['github'],
  });
  const merge = aMadeChange({
    kind: 'merge',
    title: plan.topic.did,
    service,
    repository,
    commit: now.commit,
    branch: 'main',
    actor,
    occurredAt: new Date(merged),
    risks,
    sources: ['github'],
  });
  return [
    { change: production, background: knows, cause },
    ...(feeds.staging && !skipped ? [{ change: staging, background: null, cause: false }] : []),
    ...(feeds.merges ? [{ change: merge, background: null, cause: false }] : []),
  ];
}

function reviewRisks(random: Random, cause: boolean): Change['risks'] {
  if (has(random, 'selfMerged', cause))
    return [{ name: 'self-merged', text: 'merged by its author, no approval seen' }];
  return has(random, 'unreviewed', cause) ? [{ name: 'unreviewed', text: 'no approval seen' }] : [];
}

interface Carrying {
  readonly plan: Plan;
  readonly repository: string;
  readonly actor: { readonly login: string };
  readonly risks: Change['risks'];
  readonly now: Release;
}

/** What it is about among up to five others; a cause carries no more of them, since size tells less than it seems to. */
function carriedBy(random: Random, { plan, repository, actor, risks, now }: Carrying): Change['carried'] {
  const topics = [plan.topic, ...Array.from({ length: whole(random, 0, 5) }, () => pick(random, codeTopics))];
  const numbered = topics.map((topic, index) => ({ title: topic.did, number: whole(random, 100, 9000), index }));
  return {
    by: 'git',
    commits: numbered.map(({ title, number, index }) => ({
      sha: index === 0 ? now.commit : hex(random, 40),
      title: `${title} (#${number})`,
      author: actor,
    })),
    pullRequests: numbered.map(({ title, number, index }) => ({
      repository,
      number,
      title,
      author: actor,
      ...(index === 0 && risks.length > 0 ? { risks } : {}),
    })),
    total: topics.length,
    direction: 'forward',
    lost: 0,
  };
}

interface Back {
  readonly world: World;
  readonly service: string;
  readonly at: number;
  readonly from: Release;
  readonly to: Release;
}

function rollbackOf(random: Random, { world, service, at, from, to }: Back): Made {
  const change = aMadeChange({
    kind: 'rollback',
    title: `rollback ${service} ${to.version} to production`,
    environment: 'production',
    service,
    repository: `acme/${service}`,
    from: from.version,
    to: to.version,
    commit: to.commit,
    previousCommit: from.commit,
    actor: { login: actorOf(random, world, service, false) },
    status: 'succeeded',
    occurredAt: new Date(at),
    finishedAt: new Date(at + rolloutOf(random)),
    risks: [{ name: 'rollback', text: 'went back to a version that ran before' }],
    sources: ['github'],
  });
  return { change, background: null, cause: false };
}

/** One region of two goes back; what is in the other still does harm. */
export function partRollback(random: Random, world: World, deploy: Change, at: number): Made {
  const { service, from, to, commit, previousCommit } = deploy;
  const whole = rollbackOf(random, {
    world,
    service: service ?? '',
    at,
    from: { version: to ?? '', commit: commit ?? '' },
    to: { version: from ?? '', commit: previousCommit ?? '' },
  });
  const change = { ...whole.change, title: `${whole.change.title} (eu-west-1 only)`, details: { region: 'eu-west-1' } };
  return { ...whole, change };
}
