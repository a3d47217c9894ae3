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

/** Every name of the person who has this one, lower-case: a login here is an e-mail address there. Empty: nobody has. */
export function namesOf(settings: SettingsFile, actor: string): readonly string[] {
  const asked = actor.toLowerCase();
  const names = settings.people.map(({ name, github, email }) =>
    [name, github, email].flatMap((each) => each?.toLowerCase() ?? []),
  );
  return names.find((each) => each.includes(asked)) ?? [];
}

/**
 * Where the card of an incident goes that has no channel of its own: that of the settings for incidents, else of the
 * first affected service that has one, else of the environment. Null: nobody said.
 */
export function incidentChannelOf(
  settings: SettingsFile,
  { services, environment }: { readonly services: readonly string[]; readonly environment: string | null },
): string | null {
  if (settings.incidents.channel !== undefined) return settings.incidents.channel;
  const ofServices = services.flatMap((name) => settings.services[name]?.channel ?? []);
  const place = Object.entries(settings.environments ?? {}).find(([name]) => name.toLowerCase() === environment);
  return ofServices[0] ?? place?.[1].channel ?? null;
}

/** Where people are told how their services differ: of the first that has a channel, else of the environment. Null: nobody said. */
export function parityChannelOf(
  settings: SettingsFile,
  { services, reference }: { readonly services: readonly string[]; readonly reference: string },
): string | null {
  const ofServices = services.flatMap((name) => settings.services[name]?.channel ?? []);
  const place = Object.entries(settings.environments ?? {}).find(([name]) => name.toLowerCase() === reference);
  return ofServices[0] ?? place?.[1].channel ?? null;
}

/** What each part allows and the parts together do not: a name with two meanings, or with none. */
export function contradictions(settings: SettingsFile): readonly Problem[] {
  return [
    ...sharedNames('environments', settings.environments ?? {}),
    ...sharedNames('services', settings.services),
    ...unknownEnvironments(settings),
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
