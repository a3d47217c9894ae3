import { namesOf } from '../domain/people/directory.ts';
import { directoryOf } from './people.ts';
import type { SettingsFile } from './settings-schema.ts';

/** Something wrong at a place in the file; the path as zod gives it. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const usualEnvironments: Readonly<Record<string, readonly string[]>> = {
  production: ['prod', 'prd', 'live'],
  staging: ['stage', 'stg', 'preprod'],
};

/**
 * Our name of every environment, by each of its aliases and by itself, all lower-case. With no `environments` in the
 * settings: production and staging. An environment of one of these names that lists no aliases has the usual ones.
 */
export function environmentNames(settings: SettingsFile): ReadonlyMap<string, string> {
  const written = settings.environments ?? { production: {}, staging: {} };
  const names = new Map<string, string>();
  for (const [name, { aliases }] of Object.entries(written)) {
    for (const each of [name, ...(aliases ?? [])]) names.set(each.toLowerCase(), name.toLowerCase());
  }
  for (const [name, { aliases }] of Object.entries(written)) {
    const usual = aliases === undefined ? (usualEnvironments[name.toLowerCase()] ?? []) : [];
    for (const each of usual) if (!names.has(each)) names.set(each, name.toLowerCase());
  }
  return names;
}

/** Where a question looks that names no environment: what the others are compared with, else production, else the first. */
export function defaultEnvironmentOf(settings: SettingsFile): string {
  const names = environmentNames(settings);
  const compared = settings.parity?.[0]?.reference.toLowerCase() ?? 'production';
  const [first = 'production'] = names.values();
  return names.get(compared) ?? names.get('production') ?? first;
}

/** Every name of somebody, lower-case: by these a person is told from a team. */
export function peopleNames(settings: SettingsFile): ReadonlySet<string> {
  const names = directoryOf(settings).people.flatMap((person) => [
    ...namesOf(person),
    ...(person.slack === null ? [] : [person.slack.toLowerCase()]),
  ]);
  return new Set(names);
}

/**
 * Where the card of an incident goes that has no channel of its own: that of the settings for incidents, else of the
 * first affected service that has one, else of the environment. Null: nobody said.
 */
export function incidentChannelOf(
  settings: SettingsFile,
  { services, environment }: { readonly services: readonly string[]; readonly environment: string | null },
): string | null {
  const own = onlyChannelOf(settings, services);
  if (own !== undefined) return own;
  if (settings.incidents.channel !== undefined) return settings.incidents.channel;
  const ofServices = services.flatMap((name) => serviceNamed(settings, name)?.channel ?? []);
  const place = Object.entries(settings.environments ?? {}).find(([name]) => name.toLowerCase() === environment);
  return ofServices[0] ?? place?.[1].channel ?? null;
}

/**
 * Where people are told how their services differ: of the first that has a channel, else of the environment. Null: nobody
 * said. Of a restricted service only in its own.
 */
export function parityChannelOf(
  settings: SettingsFile,
  { services, reference }: { readonly services: readonly string[]; readonly reference: string },
): string | null {
  const own = onlyChannelOf(settings, services);
  if (own !== undefined) return own;
  const ofServices = services.flatMap((name) => serviceNamed(settings, name)?.channel ?? []);
  const place = Object.entries(settings.environments ?? {}).find(([name]) => name.toLowerCase() === reference);
  return ofServices[0] ?? place?.[1].channel ?? null;
}

/** What only its owners see is told in its own channel, and nowhere where it has none. Undefined: of none of these. */
function onlyChannelOf(settings: SettingsFile, services: readonly string[]): string | null | undefined {
  const restricted = services.filter((name) => serviceNamed(settings, name)?.restricted === true);
  if (restricted.length === 0) return undefined;
  return restricted.flatMap((name) => serviceNamed(settings, name)?.channel ?? [])[0] ?? null;
}

/** By any of its names: rows that are older than the settings have it as it was written then. */
function serviceNamed({ services }: SettingsFile, name: string): SettingsFile['services'][string] | undefined {
  const wanted = name.toLowerCase();
  const found = Object.entries(services).find(([own, { aliases }]) =>
    [own, ...aliases].some((each) => each.toLowerCase() === wanted),
  );
  return services[name] ?? found?.[1];
}

/** What each part allows and the parts together do not: a name with two meanings, or with none. */
export function contradictions(settings: SettingsFile): readonly Problem[] {
  return [
    ...sharedNames('environments', settings.environments ?? {}),
    ...sharedNames('services', settings.services),
    ...unknownEnvironments(settings),
    ...sharedPeople(settings),
  ];
}

function sharedNames(part: string, owners: Readonly<Record<string, { aliases?: string[] | undefined }>>): Problem[] {
  const owner = new Map<string, string>();
  const problems: Problem[] = [];
  const claim = (alias: string, name: string, path: readonly PropertyKey[]) => {
    const other = owner.get(alias.toLowerCase());
    if (other !== undefined && other !== name) problems.push({ path, message: `is also a name of ${other}` });
    owner.set(alias.toLowerCase(), name);
  };
  for (const name of Object.keys(owners)) claim(name, name, [part, name]);
  for (const [name, { aliases }] of Object.entries(owners)) {
    for (const [index, alias] of (aliases ?? []).entries()) claim(alias, name, [part, name, 'aliases', index]);
  }
  return problems;
}

/** Two people cannot be one; two entries with the same `slack` are one person. */
function sharedPeople({ people }: SettingsFile): Problem[] {
  const owners = new Map<string, SettingsFile['people'][number]>();
  const problems: Problem[] = [];
  for (const [index, person] of people.entries()) {
    const { github, gitlab, pagerduty, git, email, emails } = person;
    for (const [field, given] of Object.entries({ github, gitlab, pagerduty, git, email: email ?? [], emails })) {
      for (const identity of [given].flat()) {
        const key = identity.toLowerCase();
        const other = owners.get(key) ?? person;
        owners.set(key, other);
        if (other === person || (person.slack !== undefined && other.slack === person.slack)) continue;
        problems.push({ path: ['people', index, field], message: `${identity} is also ${other.name}` });
      }
    }
  }
  return problems;
}

function unknownEnvironments(settings: SettingsFile): Problem[] {
  const known = environmentNames(settings);
  const used: [name: string, path: PropertyKey[]][] = [
    ...(settings.parity ?? []).flatMap(({ reference, mirror }, index): [string, PropertyKey[]][] => [
      [reference, ['parity', index, 'reference']],
      [mirror, ['parity', index, 'mirror']],
    ]),
    ...Object.entries(settings.services).flatMap(([service, { branches }]) =>
      Object.keys(branches).map((name): [string, PropertyKey[]] => [name, ['services', service, 'branches', name]]),
    ),
    ...settings.freezes.flatMap(({ environments }, index) =>
      environments.map((name, at): [string, PropertyKey[]] => [name, ['freezes', index, 'environments', at]]),
    ),
    ...Object.entries(settings.rules).flatMap(([rule, said]) =>
      (typeof said === 'object' ? (said.environments ?? []) : []).map((name, at): [string, PropertyKey[]] => [
        name,
        ['rules', rule, 'environments', at],
      ]),
    ),
  ];
  return used
    .filter(([name]) => !known.has(name.toLowerCase()))
    .map(([name, path]) => ({ path, message: `names an environment that is not set: ${name}` }));
}
