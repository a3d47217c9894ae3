import type { Identity } from './identity.ts';
import { shorten } from './shorten.ts';

/** What a deploy says should be there. */
export interface ExpectedVersion {
  readonly version: string | null;
  readonly commit: string | null;
}

/** One look at the real thing. */
export type Observation =
  | { readonly about: 'version'; readonly where: string; readonly version: string }
  | { readonly about: 'health'; readonly where: string; readonly problem: string | null }
  | {
      readonly about: 'setting';
      readonly key: string;
      readonly holds: boolean;
      readonly set: string;
      readonly seen: string;
    }
  /** Somewhere should have told, and did not. */
  | { readonly about: 'silence'; readonly where: string; readonly problem: string };

export interface Verification {
  /** `unknown`: nothing that could tell was seen. */
  readonly outcome: 'verified' | 'not-verified' | 'unknown';
  /** One line: `1.42.0 is running, health ok`, `1.41.3 answers, 1.42.0 was deployed`. */
  readonly text: string;
}

/** What is told of it to the timeline. */
export interface VerificationReport {
  /** By which the deploy is known. */
  readonly identities: readonly Identity[];
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly verified: boolean;
  readonly text: string;
}

const longestLabel = 60;
const mostNamed = 3;

/** Whether what was deployed is what is there. One thing that is wrong outweighs all that is right. */
export function verificationOf(expected: ExpectedVersion, seen: readonly Observation[]): Verification {
  const label = shorten(expected.version ?? expected.commit?.slice(0, 7) ?? '', longestLabel);
  const versions = seen.filter((each) => each.about === 'version');
  const others = label === '' ? [] : versions.filter(({ version }) => !isVersionOf(version, expected));
  const settings = seen.filter((each) => each.about === 'setting');
  const health = seen.filter((each) => each.about === 'health');
  const silent = seen.filter((each) => each.about === 'silence');
  const wrong = [
    ...named(
      others.map(({ version }) => shorten(version, longestLabel)),
      (what) => `${what} answers, ${label} was deployed`,
    ),
    ...named(
      health.flatMap(({ where, problem }) => (problem === null ? [] : [`${where} ${problem}`])),
      (what) => what,
    ),
    ...named(
      settings.filter(({ holds }) => !holds).map(({ key, set, seen: is }) => `${key} is ${is}, ${set} was set`),
      (what) => what,
    ),
    ...named(
      silent.map(({ where, problem }) => `${where} ${problem}`),
      (what) => what,
    ),
  ];
  if (wrong.length > 0) return { outcome: 'not-verified', text: wrong.join('; ') };
  const right = [
    ...(versions.length === 0 || label === '' ? [] : [`${label} is running`]),
    ...(health.length === 0 ? [] : ['health ok']),
    ...(settings.length === 0
      ? []
      : [`${settings.length === 1 ? '1 setting' : `${settings.length} settings`} applied`]),
  ];
  if (right.length === 0) return { outcome: 'unknown', text: 'nothing has looked at it since' };
  return { outcome: 'verified', text: right.join(', ') };
}

function named(things: readonly string[], sentence: (what: string) => string): readonly string[] {
  const different = [...new Set(things)];
  if (different.length === 0) return [];
  const more = different.length > mostNamed ? ` and ${different.length - mostNamed} more` : '';
  return [`${sentence(different.slice(0, mostNamed).join(', '))}${more}`];
}

/** A version may be told with a `v`, as the tag of an image, or as a commit, whole or cut. */
export function isVersionOf(seen: string, { version, commit }: ExpectedVersion): boolean {
  const text = plain(seen);
  const tag = plain(/:([^:/]+)$/.exec(text)?.[1] ?? text);
  if (version !== null && (text === plain(version) || tag === plain(version))) return true;
  const isCommit = (value: string) => /^[0-9a-f]{7,40}$/.test(value) && commit?.startsWith(value) === true;
  return isCommit(text) || isCommit(tag);
}

function plain(version: string): string {
  return version
    .trim()
    .toLowerCase()
    .replace(/^v(?=\d)/, '');
}
