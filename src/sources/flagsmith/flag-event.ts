import { createHash } from 'node:crypto';
import { z } from 'zod';
import { outsideJson, outsideText } from '../../domain/outside-text.ts';
import { parseTimestamp } from '../../domain/timestamp.ts';
import { defined } from '../reading/defined.ts';
import { actorOf, name, text } from '../reading/fields.ts';
import {
  type FlagChange,
  type FlagState,
  type Serves,
  flagChange,
  flagTitle,
  valueWords,
} from '../reading/flag-words.ts';
import { type ReaderContext, reader, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';

/** Newer versions send objects with names, older ones only numbers. */
const Named = z.union([z.object({ name: text(150) }), z.number().transform((id) => ({ name: `${id}` }))]).nullish();

const Variant = z.object({
  percentage_allocation: z.number(),
  multivariate_feature_option: z.union([
    z.object({ value: z.unknown() }),
    z.unknown().transform((value) => ({ value })),
  ]),
});

const State = z.object({
  enabled: z.boolean(),
  environment: Named,
  feature: z.object({ name: name(150), project: Named }),
  feature_segment: z.object({ segment: z.object({ name: text(100) }).nullish() }).nullish(),
  identity: z.unknown().optional(),
  identity_identifier: z.unknown().optional(),
  feature_state_value: z.unknown().optional(),
  multivariate_feature_state_values: z.array(Variant).nullish().catch(undefined),
});
type State = z.output<typeof State>;

const common = {
  changed_by: text(320),
  timestamp: z
    .unknown()
    .optional()
    .transform((value) => parseTimestamp(value) ?? undefined),
};

const Updated = z.object({ ...common, new_state: State, previous_state: State.nullish() });
const Deleted = z.object({ ...common, new_state: z.unknown().optional(), previous_state: State });

interface Told {
  readonly changed_by: string | undefined;
  readonly timestamp: Date | undefined;
}

export const readFlagUpdated = reader(Updated, (data, context) => {
  const { new_state: state, previous_state: previous } = data;
  const change = previous ? flagChange(stateOf(previous), stateOf(state)) : firstOf(state);
  const words = change.words.length === 0 ? ['changed'] : change.words;
  return event('updated', state, { ...change, words }, data, context);
});

export const readFlagDeleted = reader(Deleted, (data, context) => {
  const { previous_state: state } = data;
  const words = [overrideOf(state) === undefined ? 'deleted' : 'override removed'];
  return event('deleted', state, { words, before: shown(state), after: {} }, data, context);
});

/** A state without one before: a new override, or a flag in a new environment. */
function firstOf(state: State): FlagChange {
  return { words: [state.enabled ? 'now on' : 'now off'], before: {}, after: shown(state) };
}

function shown(state: State): FlagChange['after'] {
  const { value } = stateOf(state);
  return { on: state.enabled, ...(value === undefined || value === '' ? {} : { value }) };
}

function event(type: string, state: State, change: FlagChange, by: Told, { receivedAt }: ReaderContext): Parsed {
  const override = overrideOf(state);
  const words = override === undefined ? change.words : change.words.map((word) => `${override}: ${word}`);
  const { timestamp, changed_by: author } = by;
  const at = timestamp ?? receivedAt;
  const environment = state.environment?.name;
  const project = state.feature.project?.name;
  const whom = [override, outsideText(state.identity_identifier, 200), outsideText(state.identity, 50)];
  const content = JSON.stringify([project, environment, state.feature.name, whom, shown(state), change, at]);
  // Flagsmith numbers nothing that it sends: all that is said makes the key.
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 32);
  const object = `flagsmith:${type}:${state.feature.name}:${at.toISOString()}:${hash}`;
  return told({
    statement: {
      key: object,
      source: 'flagsmith',
      occurredAt: at.toISOString(),
      clock: timestamp === undefined ? 'received' : 'source',
      phase: 'happened',
      kind: 'flag',
      title: flagTitle(state.feature.name, words),
      ...defined({
        environmentName: environment,
        actor: actorOf(author?.includes('@') === true ? { email: author } : { name: author }),
        before: Object.keys(change.before).length === 0 ? undefined : outsideJson(change.before),
        after: Object.keys(change.after).length === 0 ? undefined : outsideJson(change.after),
        details: project === undefined ? undefined : { project },
      }),
    },
    identities: [{ type: 'flag-event', value: `flagsmith:${hash}` }],
    mentions: [],
  });
}

/** For whom it is, where not for all. Identities are people: they are not named. */
function overrideOf({
  feature_segment: segment,
  identity,
  identity_identifier: identifier,
}: State): string | undefined {
  if (segment) return `for segment ${segment.segment?.name ?? '?'}`;
  const isSet = (value: unknown) => value !== undefined && value !== null && value !== '';
  return isSet(identity) || isSet(identifier) ? 'for one identity' : undefined;
}

function stateOf({
  enabled,
  feature_state_value: value,
  multivariate_feature_state_values: variants,
}: State): FlagState {
  return {
    on: enabled,
    value: value === undefined ? undefined : valueWords(value),
    serves: variants && variants.length > 0 ? sharesOf(variants) : undefined,
  };
}

/** What is not given to a variant is given to the value itself. */
function sharesOf(variants: readonly z.output<typeof Variant>[]): Serves {
  const given = variants.map((each): [string, number] => [
    valueWords(each.multivariate_feature_option.value).slice(0, 60).toWellFormed(),
    each.percentage_allocation,
  ]);
  const rest = 100 - given.reduce((sum, [, share]) => sum + share, 0);
  return { shares: new Map([['control', rest], ...given]) };
}
