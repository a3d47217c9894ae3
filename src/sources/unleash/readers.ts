import type { Kind } from '../../domain/change.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { type FlagChange, type FlagState, flagChange } from '../reading/flag-words.ts';
import { isObject } from '../reading/json.ts';
import { lookUp } from '../reading/look-up.ts';
import { segmentStateIn, strategyIn, variantsStateIn } from './strategy.ts';
import type { UnleashEvent } from './unleash-event.ts';

/** What an event says, in words. */
export interface Telling {
  readonly kind: Kind;
  /** What it is about: the flag's name, `segment beta`. */
  readonly subject: string;
  readonly change: FlagChange;
  /** Where the event itself names none. */
  readonly environment?: string | undefined;
}

type TellingReader = (event: UnleashEvent) => Telling | undefined;

/**
 * The types of events that change what is served: https://docs.getunleash.io/reference/events. The steps of a change
 * request change nothing: when it is applied, what it changes comes as events of their own.
 */
export const readers: ReadonlyMap<string, TellingReader> = new Map<string, TellingReader>([
  ['feature-environment-enabled', toggled(true)],
  ['feature-environment-disabled', toggled(false)],
  ['feature-strategy-add', strategyChange],
  ['feature-strategy-update', strategyChange],
  ['feature-strategy-remove', strategyChange],
  ['strategy-order-changed', flag('strategies reordered')],
  ['feature-variants-updated', variantsChange],
  ['feature-environment-variants-updated', variantsChange],
  ['feature-created', flag('created')],
  ['feature-updated', flag('changed')],
  ['feature-deleted', flag('deleted')],
  ['feature-archived', flag('archived')],
  ['feature-revived', flag('restored from the archive')],
  ['feature-import', flag('imported')],
  ['features-imported', (event) => telling('flag', 'flags', `imported into project ${event.project ?? '?'}`)],
  ['feature-project-change', moved],
  ['feature-dependency-added', dependency('added')],
  ['feature-dependency-removed', dependency('removed')],
  ['feature-dependencies-removed', flag('prerequisites removed')],
  ['release-plan-added', flag('release plan added')],
  ['release-plan-removed', flag('release plan removed')],
  ['release-plan-milestone-started', milestone],
  ['segment-created', segment('created')],
  ['segment-updated', segment('changed')],
  ['segment-deleted', segment('deleted')],
  ['change-request-scheduled-application-failure', failedSchedule],
  ['environment-created', environment('created')],
  ['environment-updated', environment('changed')],
  ['environment-deleted', environment('deleted')],
  ['project-environment-added', projectEnvironment('added to')],
  ['project-environment-removed', projectEnvironment('removed from')],
  ['project-deleted', project('deleted')],
  ['project-archived', project('archived')],
  ['project-revived', project('restored from the archive')],
  ['api-token-updated', apiToken('changed')],
  ['api-token-deleted', apiToken('deleted')],
]);

function telling(kind: Kind, subject: string, ...words: readonly string[]): Telling {
  return { kind, subject, change: { words, before: {}, after: {} } };
}

/** Older versions name the flag only in the data. */
function flagOf({ featureName, data, preData }: UnleashEvent): string {
  return featureName ?? fieldOf(data, 'name') ?? fieldOf(preData, 'name') ?? 'a flag';
}

function flag(words: string): TellingReader {
  return (event) => telling('flag', flagOf(event), words);
}

function toggled(on: boolean): TellingReader {
  return (event) => ({ kind: 'flag', subject: flagOf(event), change: flagChange({ on: !on }, { on }) });
}

const strategyWords: Readonly<Record<string, string>> = {
  'feature-strategy-add': 'strategy added',
  'feature-strategy-update': 'strategy changed',
  'feature-strategy-remove': 'strategy removed',
};

function strategyChange(event: UnleashEvent): Telling {
  const { type, featureName = 'a flag', data, preData } = event;
  const [before, after] = [rulesIn(preData), rulesIn(data)];
  return {
    kind: 'flag',
    subject: featureName,
    change: inWords(flagChange({ rules: before }, { rules: after }), lookUp(strategyWords, type) ?? type),
  };
}

/** None where there is none: added strategies have no state before, and removed ones none after. */
function rulesIn(data: unknown): FlagState['rules'] {
  const strategy = isObject(data) && Object.keys(data).length > 0 ? strategyIn(data) : undefined;
  return strategy === undefined ? [] : [strategy];
}

function variantsChange(event: UnleashEvent): Telling {
  const [before, after] = [variantsStateIn(event.preData), variantsStateIn(event.data)];
  const change = flagChange(before ?? {}, after ?? {});
  return { kind: 'flag', subject: flagOf(event), change: inWords(change, 'variants changed') };
}

function moved(event: UnleashEvent): Telling {
  const to = fieldOf(event.data, 'newProject') ?? event.project;
  const from = fieldOf(event.data, 'oldProject') ?? '?';
  return telling('flag', flagOf(event), `moved from project ${from} to ${to ?? '?'}`);
}

function dependency(verb: string): TellingReader {
  return (event) => {
    const parent = fieldOf(event.data, 'feature') ?? fieldOf(event.preData, 'feature') ?? '';
    return telling('flag', event.featureName ?? 'a flag', `prerequisite ${parent} ${verb}`.replace('  ', ' '));
  };
}

function milestone(event: UnleashEvent): Telling {
  const name = fieldOf(event.data, 'milestoneName') ?? fieldOf(event.data, 'name');
  return telling('flag', event.featureName ?? 'a flag', `milestone ${name === undefined ? '' : `“${name}” `}started`);
}

function segment(verb: string): TellingReader {
  return ({ data, preData }) => {
    const name = fieldOf(data, 'name') ?? fieldOf(preData, 'name') ?? '?';
    const change = flagChange(segmentStateIn(preData) ?? {}, segmentStateIn(data) ?? {});
    return { kind: 'flag', subject: `segment ${name}`, change: inWords(change, verb) };
  };
}

function failedSchedule({ data }: UnleashEvent): Telling {
  const number = fieldOf(data, 'changeRequestId') ?? '?';
  return telling('flag', `change request ${number}`, 'could not be applied as scheduled');
}

function environment(verb: string): TellingReader {
  return ({ data, preData, environment: named }) => {
    const name = named ?? fieldOf(data, 'name') ?? fieldOf(preData, 'name');
    return { ...telling('config', `environment ${name ?? '?'}`, verb), environment: name };
  };
}

function projectEnvironment(verb: string): TellingReader {
  return (event) =>
    telling('config', `environment ${event.environment ?? '?'}`, `${verb} project ${event.project ?? '?'}`);
}

function project(verb: string): TellingReader {
  return ({ project: named, data, preData }) =>
    telling('config', `project ${named ?? fieldOf(data, 'id') ?? fieldOf(preData, 'id') ?? '?'}`, verb);
}

/** Programs that read flags with it stop being told of changes. */
function apiToken(verb: string): TellingReader {
  return ({ data, preData }) => {
    const fieldIn = (name: string) => fieldOf(data, name) ?? fieldOf(preData, name);
    const name = fieldIn('tokenName') ?? fieldIn('username');
    const where = fieldIn('environment');
    return {
      ...telling('config', name === undefined ? 'API token' : `API token ${name}`, verb),
      environment: where === '*' ? undefined : where,
    };
  };
}

/** What is different, or, where that cannot be seen, what the type of the event says. */
function inWords(change: FlagChange, otherwise: string): FlagChange {
  return change.words.length > 0 ? change : { ...change, words: [otherwise] };
}

function fieldOf(data: unknown, name: string): string | undefined {
  return isObject(data) ? outsideText(lookUp(data, name), 100) : undefined;
}
