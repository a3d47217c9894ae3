import type { Change } from '../change.ts';
import type { FactValue } from '../facts/fact.ts';
import { normalise } from '../facts/normalise.ts';
import { isCut, shownValue } from '../facts/shown-value.ts';
import type { FactMove } from './covers.ts';
import type { KeyParts } from './key-parts.ts';
import { namesIn, saidValues } from './said-values.ts';

/** `the key`: it says it, with a value that cannot be compared. `another`: it says another value. */
export type Said = 'the value' | 'the key' | 'another' | 'nothing';

/** In these a change may wrap what it sets. */
const wrappers = new Set(
  'data stringdata env environment config settings values parameters variables configuration changes spec'.split(' '),
);

/** What a change says of a fact's key. Where it says several things, that of the very object counts. */
export function saidOf(change: Change, move: FactMove, parts: KeyParts): Said {
  const told = [saidIn(change, move, parts), saidBetween(change, move, parts), saidOfFlag(change, move)];
  return told.includes('another')
    ? 'another'
    : (told.find((each) => each === 'the value') ?? told.find((each) => each === 'the key') ?? 'nothing');
}

function saidIn(change: Change, move: FactMove, parts: KeyParts): Said {
  const after = saidValues(change.after).filter(({ path }) => isAbout(path, change, move, parts));
  const before = saidValues(change.before).filter(({ path }) => isAbout(path, change, move, parts));
  if (after.length === 0) {
    if (before.length === 0) return saidOfNoService(change, move, parts);
    // It was there and is not named any more: taken away.
    return move.after === null ? 'the value' : change.after === null ? 'the key' : 'another';
  }
  const compared = after.map(({ value }) => compare(value, move));
  const [first = 'nothing'] = compared;
  return compared.every((each) => each === first) ? first : compared.includes('another') ? 'another' : 'the key';
}

/** Of no service, the key alone may be any service's; with the very value, it is likely this one's. */
function saidOfNoService({ services, after }: Change, move: FactMove, { object, name }: KeyParts): Said {
  if (services.length > 0 || object !== null || move.after === null) return 'nothing';
  const isSaid = saidValues(after).some(({ path, value }) => {
    return path.join('.') === name && compare(value, move) === 'the value';
  });
  return isSaid ? 'the key' : 'nothing';
}

function isAbout(path: readonly string[], change: Change, move: FactMove, { object, name }: KeyParts): boolean {
  const whole = path.join('.');
  if (object !== null && whole === move.key) return true;
  if (whole !== name && !whole.endsWith(`.${name}`)) return false;
  const before = whole === name ? '' : whole.slice(0, -name.length - 1);
  if (before !== '' && before === object) return true;
  const isBare = before === '' || before === move.service || wrappers.has(before.toLowerCase());
  if (!isBare) return false;
  const isShared = move.service !== null && change.services.includes(move.service);
  // Of an object that the change does not name, only the service tells that it is the same.
  if (object !== null && !isNamed(change, object)) return isShared;
  return isShared || move.service === null || object !== null;
}

function isNamed(change: Change, object: string): boolean {
  const last = object.slice(object.lastIndexOf('/') + 1);
  return namesIn(change).has(object) || change.files.includes(object) || words(change.title).has(last);
}

function words(title: string): ReadonlySet<string> {
  return new Set(title.split(/[\s,;()'"`]+/).map((word) => word.replace(/[.:]$/, '')));
}

/** A change of one setting, that says in `from` and `to` what it was and is. */
function saidBetween(change: Change, move: FactMove, { name }: KeyParts): Said {
  if (change.kind !== 'config' && change.kind !== 'flag') return 'nothing';
  if (!words(change.title).has(name) && !words(change.title).has(move.key)) return 'nothing';
  const isShared = move.service === null || change.services.includes(move.service) || move.facet === 'flag';
  const told = change.to ?? inTitle(change.title);
  return !isShared || told === null ? 'nothing' : compare(told, move);
}

/** `DB_POOL: 10 → 50` */
function inTitle(title: string): string | null {
  return /(?:→|->|=|\bto\b|\bnow\b)\s*["'`]?([^\s"'`,;()]+)["'`]?\s*(?:\(.*\))?$/.exec(title)?.[1] ?? null;
}

/** Flags say their state in a field of their own, and their name in the title. */
function saidOfFlag(change: Change, move: FactMove): Said {
  if (change.kind !== 'flag' || move.facet !== 'flag' || !words(change.title).has(move.key)) return 'nothing';
  const state = ['on', 'enabled'].map((field) => change.after?.[field]).find((each) => typeof each === 'boolean');
  const seen = move.after === null ? undefined : states.get(move.after.toLowerCase());
  if (state === undefined || seen === undefined) return 'nothing';
  return state === seen ? 'the value' : 'another';
}

const states: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['on', true],
  ['enabled', true],
  ['false', false],
  ['off', false],
  ['disabled', false],
]);

function compare(said: unknown, { facet, key, after, secret }: FactMove): Said {
  if (after === null) return said === null || said === undefined ? 'the value' : 'another';
  const hidden = typeof said === 'string' ? /‹secret(?: ([0-9a-f]{16}))?›/.exec(said) : null;
  if (hidden !== null || secret) {
    const digest = hidden?.[1];
    return digest !== undefined && after.includes(digest) ? 'the value' : 'the key';
  }
  if (typeof said === 'string' && (isCut(said) || /^\(.{1,40}\)$/.test(said))) return 'the key';
  if (isCut(after)) return 'the key';
  const shown = shownValue(said as FactValue);
  if (shown === after) return 'the value';
  return normalise(facet, key, shown) === normalise(facet, key, after) ||
    normalise(facet, key, said as FactValue) === normalise(facet, key, after)
    ? 'the value'
    : 'another';
}
