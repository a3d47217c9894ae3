import { type CauseKind } from './delays.ts';
import { type Made, type Plan, aMadeChange, actorOf } from './made.ts';
import { has } from './odds.ts';
import { type Random, chance, hex, logNormal, pick } from './random.ts';
import { type Topic, codeTopics, infrastructureTopics, schemaTopics } from './topics.ts';
import type { World } from './world.ts';

const minute = 60_000;

export type EditKind = Exclude<CauseKind, 'deploy'>;

export function topicOf(random: Random, kind: CauseKind): Topic {
  if (kind === 'migration') return pick(random, schemaTopics);
  return pick(random, kind === 'deploy' || kind === 'config' || kind === 'flag' ? codeTopics : infrastructureTopics);
}

/** Settings, flags and findings have no duration. */
export function durationOf(random: Random, kind: EditKind): number {
  if (kind === 'migration') return logNormal(random, 1.5 * minute, 1.2);
  if (kind === 'infrastructure') return logNormal(random, 6 * minute, 0.8);
  return kind === 'maintenance' ? logNormal(random, 30 * minute, 0.8) : 0;
}

/** A change of any kind but a deploy, of a service or (null) of none that is known. */
export function editOf(random: Random, world: World, kind: EditKind, service: string | null, plan: Plan): Made {
  const isNew = has(random, 'newActor', plan.cause);
  const actor = { login: actorOf(random, world, service, isNew) };
  const lasting = plan.duration > 0;
  const status = !lasting ? null : has(random, 'failed', plan.cause) ? 'failed' : 'succeeded';
  const change = aMadeChange({
    kind,
    environment: 'production',
    service,
    occurredAt: new Date(plan.at),
    ...(lasting ? { finishedAt: new Date(plan.at + plan.duration), status } : {}),
    ...(status === 'failed' ? { risks: [{ name: 'failed', text: 'failed' }] } : {}),
    actor,
    ...looks[kind](random, { world, service, plan }),
  });
  return { change, background: { skipped_staging: false, new_actor: isNew }, cause: plan.cause };
}

interface Look {
  readonly world: World;
  readonly service: string | null;
  readonly plan: Plan;
}

type Looks = Parameters<typeof aMadeChange>[0];
type Special = Pick<Looks, 'title' | 'sources'> & Partial<Looks>;

/** As the systems that report each kind word it. */
const looks: Readonly<Record<EditKind, (random: Random, look: Look) => Special>> = {
  config: (random, { service, plan: { topic, cause } }) => {
    const file = service === null ? 'config/global.yaml' : `services/${service}/config/production.yaml`;
    const pushed = has(random, 'directPush', cause);
    return {
      title: pick(random, [
        `${topic.key}: ${topic.before} → ${topic.after}`,
        `${file}: ${topic.did}`,
        `update ConfigMap ${service ?? 'global'}-config`,
      ]),
      repository: service === null ? 'acme/config' : `acme/${service}`,
      commit: hex(random, 40),
      files: [file],
      ...(chance(random, 0.6) ? { before: { [topic.key]: topic.before }, after: { [topic.key]: topic.after } } : {}),
      ...(pushed ? { risks: [{ name: 'direct-push', text: 'pushed straight to the branch, no pull request' }] } : {}),
      sources: ['github'],
    };
  },
  flag: (random, { world, service, plan: { topic } }) => ({
    title: topic.key,
    service: world.feeds.flagServices ? service : null,
    from: topic.before,
    to: topic.after,
    reason: chance(random, 0.3) ? topic.did : null,
    sources: ['launchdarkly'],
  }),
  migration: (_, { service, plan: { topic } }) => ({
    title: `${topic.did}${service === null ? '' : ` (${service})`}`,
    files: [`migrations/${topic.did.replaceAll(' ', '_')}.sql`],
    sources: ['api'],
  }),
  infrastructure: (random, { plan: { topic } }) => ({
    title: pick(random, [`${topic.key}: ${topic.did}`, 'terraform apply production: 3 to change', topic.did]),
    ...(chance(random, 0.5) ? { before: { [topic.key]: topic.before }, after: { [topic.key]: topic.after } } : {}),
    sources: ['terraform'],
  }),
  drift: (_, { plan: { topic } }) => ({
    title: `drift: ${topic.key} differs`,
    actor: null,
    before: { [topic.key]: topic.before },
    after: { [topic.key]: topic.after },
    sources: ['terraform'],
  }),
  maintenance: (_, { plan: { topic } }) => ({ title: `Planned work: ${topic.did}`, sources: ['api'] }),
};
