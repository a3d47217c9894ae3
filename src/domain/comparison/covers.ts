import type { Change, Kind } from '../change.ts';
import type { Facet } from '../facts/fact.ts';
import { isMigrationPath } from '../schema-migration.ts';
import { type KeyParts, keyParts } from './key-parts.ts';
import { isSameVersion } from './same-version.ts';
import { saidOf } from './said-of-key.ts';
import { namesIn, saidValues } from './said-values.ts';

/** A fact that became something else. */
export interface FactMove {
  readonly service: string | null;
  readonly facet: Facet;
  readonly key: string;
  /** As it is shown, of a secret its digest; null: there was no such fact. */
  readonly before: string | null;
  readonly after: string | null;
  readonly secret: boolean;
}

/** `certain`: it says the very value. `likely`: it names the key, or the file or artefact that holds it. */
export interface Covered {
  readonly confidence: 'certain' | 'likely';
  /** One sentence: what ties the change to the fact. */
  readonly why: string;
}

/**
 * Whether a change of the fact's environment, or of none, explains that the fact became so; null: it does not. What is
 * unexplained must never be hidden as explained, so what is doubtful explains nothing: also a change that says of the
 * same key another value, that failed, that is only planned, or on which its sources disagree.
 */
export function covers(change: Change, move: FactMove): Covered | null {
  if (!tookPlace(change) || isOfAnother(change, move)) return null;
  const parts = keyParts(move.key);
  const said = saidOf(change, move, parts);
  if (said === 'another') return null;
  if (said === 'the value') return certain(`It says ${nameOf(parts)} and the value that was seen.`);
  return (
    byVersion(change, move) ??
    (said === 'the key' ? likely(`It says ${nameOf(parts)}.`) : null) ??
    byName(change, move, parts) ??
    byFile(change, move, parts) ??
    byMigration(change, move) ??
    byRefresh(change, move)
  );
}

/** What reports that something differs, or says only words, explains nothing. */
const silent: ReadonlySet<Kind> = new Set<Kind>(['drift', 'note']);
const doubtful: ReadonlySet<string> = new Set(['planned', 'disagreement', 'failed']);

function tookPlace({ kind, status, risks }: Change): boolean {
  if (silent.has(kind) || (status !== null && status !== 'succeeded')) return false;
  return !risks.some(({ name }) => doubtful.has(name));
}

/** It names services, and the fact's is none of them. */
function isOfAnother({ services }: Change, { service }: FactMove): boolean {
  return service !== null && services.length > 0 && !services.includes(service);
}

function sharesService({ services }: Change, { service }: FactMove): boolean {
  return service !== null && services.includes(service);
}

const heldByArtefact: ReadonlySet<Facet> = new Set<Facet>(['version', 'package', 'runtime']);

/** A deploy of the service puts a version, its packages and its runtime there, and nothing else. */
function byVersion(change: Change, move: FactMove): Covered | null {
  if (change.kind !== 'deploy' && change.kind !== 'rollback') return null;
  if (!heldByArtefact.has(move.facet) || move.after === null || !sharesService(change, move)) return null;
  const what = change.kind === 'deploy' ? 'deployed' : 'rolled back';
  if (move.facet !== 'version') {
    // The same artefact again brings nothing else.
    if (change.kind === 'deploy' && change.from !== null && change.from === change.to) return null;
    return likely(`It ${what} ${move.service ?? ''}, whose artefact holds it.`);
  }
  switch (isSameVersion(change, move.after)) {
    case true:
      return certain(`It ${what} this very version.`);
    case false:
      return null;
    case null:
      return likely(`It ${what} ${move.service ?? ''}.`);
  }
}

const naming: ReadonlySet<Kind> = new Set<Kind>(['config', 'flag', 'infrastructure', 'migration']);

/** It names the key, or the object that holds it without saying what of it changed. */
function byName(change: Change, move: FactMove, parts: KeyParts): Covered | null {
  if (!naming.has(change.kind)) return null;
  // A name that many services use says nothing without the service.
  const isOwn = move.service === null || sharesService(change, move) || parts.object !== null;
  const isFlag = change.kind === 'flag' && move.facet === 'flag';
  const inDetails = namesIn(change);
  if (inDetails.has(move.key)) return likely(`It names ${move.key}.`);
  if (isFlag || isOwn) {
    const own = isFlag ? move.key : parts.name;
    const isTold = parts.object === null || namesObject(change, parts.object);
    const named = (inDetails.has(own) && isTelling(own)) || isInTitle(change.title, own, isFlag ? 1 : 5);
    if (named && isTold) return likely(`It names ${nameOf(parts)}.`);
  }
  if (change.kind !== 'config' && change.kind !== 'infrastructure') return null;
  if (parts.object === null || !namesObject(change, parts.object)) return null;
  // It says what of it changed: what it leaves out did not.
  if (saidValues(change.after).length > 0 || saidValues(change.before).length > 0) return null;
  return likely(`It changed ${parts.object}.`);
}

/** `Deployment/checkout` is `Deployment checkout` in a title; one plain word is too little. */
function namesObject(change: Change, object: string): boolean {
  if (namesIn(change).has(object) || change.files.includes(object)) return true;
  const [kind = '', name, ...more] = object.split('/');
  if (name !== undefined && more.length === 0 && isInTitle(change.title, `${kind} ${name}`, 3)) return true;
  return isInTitle(change.title, object, 5);
}

function isInTitle(title: string, name: string, shortest: number): boolean {
  if (name.length < shortest || (shortest > 1 && !isTelling(name))) return false;
  const at = title.indexOf(name);
  if (at === -1) return false;
  const [before = '', after = ''] = [title[at - 1], title[at + name.length]];
  const beyond = title[at + name.length + 1] ?? '';
  // A full stop ends a sentence where nothing follows it, and goes on with a name otherwise.
  return !/[\w./-]/.test(before) && !(/[\w/-]/.test(after) || (/[.:]/.test(after) && /\w/.test(beyond)));
}

/** More than one word: `pool` alone may mean anything. */
function isTelling(name: string): boolean {
  return name.length >= 3 && /[\p{L}\p{N}][_.:/ -][\p{L}\p{N}]/u.test(name);
}

const fileKinds: ReadonlySet<Kind> = new Set<Kind>(['merge', 'config', 'deploy', 'rollback', 'infrastructure']);

/** It touches the file in which the fact was read. */
function byFile(change: Change, move: FactMove, { object }: KeyParts): Covered | null {
  if (object === null || !fileKinds.has(change.kind) || !change.files.includes(object)) return null;
  // Every repository has a `package.json`: without a service only a path of its own tells.
  const isOwn = move.service === null ? object.includes('/') : sharesService(change, move);
  return isOwn ? likely(`It touches ${object}.`) : null;
}

function byMigration(change: Change, move: FactMove): Covered | null {
  if (move.facet !== 'schema' || change.environment === null) return null;
  if (change.kind === 'migration') return likely('It migrated the schema.');
  const isDeploy = change.kind === 'deploy' || change.kind === 'rollback';
  if (!isDeploy || !(move.service === null || sharesService(change, move))) return null;
  return change.files.some(isMigrationPath) ? likely('It brought a migration of the schema.') : null;
}

function byRefresh(change: Change, move: FactMove): Covered | null {
  if (change.kind !== 'maintenance' || move.facet !== 'data' || change.environment === null) return null;
  return /\b(?:data|database|dump|backup|snapshot|restore\w*|refresh\w*|anonymis\w*|anonymiz\w*)\b/i.test(change.title)
    ? likely('It refreshed the data.')
    : null;
}

function nameOf({ object, name }: KeyParts): string {
  return object === null ? name : `${name} of ${object}`;
}

function certain(why: string): Covered {
  return { confidence: 'certain', why };
}

function likely(why: string): Covered {
  return { confidence: 'likely', why };
}
