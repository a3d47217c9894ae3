import { deploysOf, rolloutOf } from './deploys.ts';
import { type EditKind, durationOf, editOf, topicOf } from './edits.ts';
import { type Made, type Plan, aMadeChange, actorOf } from './made.ts';
import { type Random, chance } from './random.ts';
import type { Cause, Story } from './story.ts';
import { timesOf } from './week.ts';
import { type World, brokenService } from './world.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** How often what is no deploy happens on a working day, beside the deploys of all services, and how often with a service. */
const edits: readonly {
  readonly kind: EditKind;
  readonly perDeploy: number;
  readonly perDay: number;
  readonly named: number;
}[] = [
  { kind: 'config', perDeploy: 0.5, perDay: 0.5, named: 0.75 },
  { kind: 'flag', perDeploy: 0.3, perDay: 0.5, named: 1 },
  { kind: 'migration', perDeploy: 0.06, perDay: 0.1, named: 0.8 },
  { kind: 'infrastructure', perDeploy: 0.02, perDay: 1.5, named: 0.15 },
  { kind: 'drift', perDeploy: 0, perDay: 0.6, named: 0.15 },
  { kind: 'maintenance', perDeploy: 0, perDay: 0.4, named: 0.15 },
];

/** Every change of a span: those of the story, at their time, and what a team does on any day. */
export function changesOf(random: Random, world: World, span: Span, story: Story): readonly Made[] {
  const deploys = world.services.flatMap((service) => {
    const planned = plansOf(random, world, span, story, service);
    return deploysOf(random, world, service, planned);
  });
  const told = story.causes
    .filter(({ kind }) => kind !== 'deploy')
    .map(({ kind, service, plan }) => editOf(random, world, kind as EditKind, service, plan));
  const everyday = edits.flatMap(({ kind, perDeploy, perDay, named }) =>
    timesOf(random, { ...span, perDay: perDay + perDeploy * world.deploysInAll, steady: kind === 'drift' }).map(
      (at) => {
        const service = chance(random, named) ? brokenService(random, world, world.services) : null;
        const plan = { at, duration: durationOf(random, kind), topic: topicOf(random, kind), cause: false };
        return editOf(random, world, kind, service, plan);
      },
    ),
  );
  return [...deploys, ...told, ...everyday, ...notes(random, world, span)];
}

function plansOf(random: Random, world: World, span: Span, story: Story, service: string): readonly Plan[] {
  const planned = (at: number): Plan => ({
    at,
    duration: rolloutOf(random),
    topic: topicOf(random, 'deploy'),
    cause: false,
  });
  const usual = timesOf(random, { ...span, perDay: world.deploys.get(service) ?? 0 });
  const batch = story.train.filter(([member, at]) => member === service && at < span.to).map(([, at]) => at);
  const causes = story.causes.filter((cause) => isDeployOf(cause, service, world)).map(({ plan }) => plan);
  return [...[...usual, ...batch].map(planned), ...causes].toSorted((a, b) => a.at - b.at);
}

/** A deploy of nothing known is one of whichever service is deployed most. */
function isDeployOf(cause: Cause, service: string, { deploys }: World): boolean {
  const [most] = [...deploys.keys()];
  return cause.kind === 'deploy' && (cause.service ?? most) === service;
}

function notes(random: Random, world: World, span: Span): readonly Made[] {
  return timesOf(random, { ...span, perDay: 0.5 }).map((at) => ({
    change: aMadeChange({
      kind: 'note',
      title: 'Sale begins tomorrow',
      actor: { login: actorOf(random, world, null, false) },
      occurredAt: new Date(at),
      sources: ['api'],
    }),
    background: null,
    cause: false,
  }));
}
