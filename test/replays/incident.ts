import { partRollback } from './deploys.ts';
import { editOf } from './edits.ts';
import { type LabelledLine, lineOf } from './line.ts';
import type { Made } from './made.ts';
import { changesOf } from './ordinary.ts';
import { type Sighting, seenServices, sightings } from './place.ts';
import { type Random, between, chance, pickShare, randomOf } from './random.ts';
import { type Story, askedAfter, lookback, storyOf } from './story.ts';
import { type Wording, symptomOf } from './symptom.ts';
import { callersOf } from './team.ts';
import { codeTopics } from './topics.ts';
import { type World, worldOf } from './world.ts';

const minute = 60_000;

/** What was drawn, which no line tells. */
interface Truth {
  readonly world: World;
  readonly story: Story;
  readonly sighting: Sighting;
  readonly wording: Wording;
  readonly partlyRolledBack: boolean;
}

/** The labelled incident of that number in the set of that seed; how many there are makes no difference to it. */
export function generatedIncident(
  seed: number,
  number: number,
): { readonly line: LabelledLine; readonly truth: Truth } {
  const random = randomOf(seed, number);
  const world = worldOf(random);
  const story = storyOf(random, world);
  const span = { from: story.startedAt - lookback, to: story.startedAt + askedAfter };
  const made = changesOf(random, world, span, story);
  const undone = undoing(random, world, story, made);
  const sighting = pickShare(random, sightings);
  const services = seenServices(random, world, story.affected, sighting);
  const subject = services[0] ?? nameOf(random, world, story);
  const { wording, title, symptom } = symptomOf(random, { world, story, subject });
  const all = [...made, ...undone, ...firstAid(random, world, story)];
  const line = lineOf(random, {
    world,
    made: all.filter(({ change }) => change.occurredAt.getTime() < span.to),
    incident: { id: `${seed}-${number}`, title, symptom, services, startedAt: story.startedAt },
  });
  return { line, truth: { world, story, sighting, wording, partlyRolledBack: undone.length > 0 } };
}

/** Where nobody has said which services suffer, the wording still names one in half of the cases: what or who calls it. */
function nameOf(random: Random, world: World, { affected }: Story): string | null {
  if (chance(random, 0.5)) return null;
  return [...callersOf(world, affected).keys()][0] ?? affected;
}

/** A deploy that does harm is taken back in one of two regions before anybody opens an incident, now and then. */
function undoing(random: Random, world: World, { startedAt, harmAt }: Story, made: readonly Made[]): readonly Made[] {
  const deploy = made.find(({ cause, change }) => cause && change.kind === 'deploy');
  if (deploy === undefined || startedAt - harmAt < 4 * minute || !chance(random, 0.2)) return [];
  return [partRollback(random, world, deploy.change, between(random, harmAt + 2 * minute, startedAt - minute))];
}

/** Where nobody opened an incident for long, somebody has often given the service more memory meanwhile. */
function firstAid(random: Random, world: World, { reporting, affected, harmAt, startedAt }: Story): readonly Made[] {
  const memory = codeTopics.find(({ key }) => key === 'resources.memory');
  if (reporting !== 'late' || memory === undefined || !chance(random, 0.5)) return [];
  const topic = { ...memory, did: 'More memory for workers', before: memory.after, after: memory.before };
  const plan = { at: between(random, harmAt, startedAt), duration: 0, topic, cause: false };
  return [editOf(random, world, 'config', affected, plan)];
}
