import type { Vocabulary, When } from '../question.ts';
import { type Token, written } from './tokens.ts';

/** What only the timeline can settle. */
export type Anchor = Exclude<When, { type: 'instant' } | { type: 'span' }>;

export type AnchorMatch =
  | { readonly outcome: 'anchor'; readonly length: number; readonly when: Anchor; readonly words: string }
  /** An anchor that names something unknown. */
  | {
      readonly outcome: 'unknown';
      readonly at: number;
      readonly what: 'service' | 'environment';
      readonly name: string;
    };

type Found = { readonly length: number; readonly when: Anchor } | Extract<AnchorMatch, { outcome: 'unknown' }>;

/**
 * `last deploy`, `v1.42.0`, a commit, `PR #123`, `prod~3`, `INC-42`, and links to GitHub that name one of them.
 *
 * A bare commit is 7 to 40 hex digits with at least one letter and one number among them, or all 40: otherwise words
 * such as `deadbeef` and counters such as `20261120` would be commits. After `commit` or `sha` any 7 to 40 are one. A
 * bare version has a `v` or at least three parts; after `version` or `tag` anything with a digit is one.
 */
export function matchAnchor(tokens: readonly Token[], at: number, vocabulary: Vocabulary): AnchorMatch | null {
  const token = tokens[at];
  if (token === undefined || token.quoted || token.raw.length > 300) return null;
  const found =
    lastDeploy(tokens, at, vocabulary) ??
    introduced(tokens, at) ??
    link(token) ??
    pullRequest(token) ??
    state(token, at, vocabulary) ??
    incident(token) ??
    version(token) ??
    commit(token);
  if (found === null || !('when' in found)) return found;
  return { ...found, outcome: 'anchor', words: written(tokens, at, found.length) };
}

const lastWords = new Set(['last', 'latest', 'previous', 'newest']);
const goodWords = new Set(['good', 'successful', 'succeeded', 'green', 'working', 'healthy']);
const deployWords = new Set(['deploy', 'deployment', 'deploys', 'deployments', 'release', 'rollout', 'version', 'one']);

/** `[the] last [good] [<service>] deploy [of <service>]`, `last good`. */
function lastDeploy(tokens: readonly Token[], from: number, { services }: Vocabulary): Found | null {
  const word = (index: number) => (tokens[index]?.quoted === true ? '' : (tokens[index]?.word ?? ''));
  let at = from + (word(from) === 'the' ? 1 : 0);
  if (!lastWords.has(word(at++))) return null;
  const good = goodWords.has(word(at));
  if (good) at++;
  const named = deployWords.has(word(at + 1)) ? (services.get(word(at)) ?? null) : null;
  if (named !== null) at++;
  const said = deployWords.has(word(at));
  if (!said && !good) return null;
  if (said) at++;
  if (named !== null || !['of', 'for'].includes(word(at)))
    return found(at - from, { type: 'last-deploy', good, service: named });
  const the = word(at + 1) === 'the' ? 1 : 0;
  const name = word(at + 1 + the).replace(/^service:/, '');
  const service = services.get(name);
  if (service === undefined) return { outcome: 'unknown', at: at + 1 + the, what: 'service', name };
  return found(at + 2 + the - from, { type: 'last-deploy', good, service });
}

/** A word that says what the next one is. */
function introduced(tokens: readonly Token[], from: number): Found | null {
  const [first, second] = [tokens[from], tokens[from + 1]];
  if (first === undefined || second === undefined || second.quoted) return null;
  const two = first.word === 'pull' && second.word === 'request' ? 1 : 0;
  const next = tokens[from + 1 + two];
  const value = (two === 1 ? next?.word : second.word) ?? '';
  if (two === 1 || ['pr', 'prs', 'mr', 'pull'].includes(first.word)) {
    const number = /^#?(\d{1,9})$/.exec(value)?.[1];
    if (number !== undefined) return found(2 + two, { type: 'pull-request', number: Number(number), repository: null });
  }
  if (['commit', 'sha', 'revision'].includes(first.word) && /^[0-9a-f]{7,40}$/.test(value)) {
    return found(2, { type: 'commit', sha: value });
  }
  if (['incident', 'inc'].includes(first.word)) {
    const named = incident(second) ?? (/^#?\d{1,9}$/.test(value) ? incidentOf(value.replace('#', '')) : null);
    if (named !== null) return { ...named, length: 2 };
  }
  if (['version', 'tag'].includes(first.word) && isVersionLike(value)) {
    return found(2, { type: 'version', version: second.raw });
  }
  const release = ['release', 'build'].includes(first.word) ? version(second) : null;
  return release === null ? null : { ...release, length: 2 };
}

function isVersionLike(value: string): boolean {
  return value.length <= 100 && /\d/.test(value) && /^[\w.+@/-]+$/.test(value);
}

function link({ raw }: Token): Found | null {
  if (!/^https?:\/\//i.test(raw)) return null;
  const path = raw.replace(/^https?:\/\/[^/]*/i, '').replace(/[?#].*$/, '');
  const [, owner = '', name = '', , number] =
    /^\/([\w.-]+)\/([\w.-]+)\/(pull|-\/merge_requests)\/(\d{1,9})/.exec(path) ?? [];
  if (number !== undefined) return found(1, pullRequestOf(Number(number), `${owner}/${name}`));
  const sha = /\/commits?\/([0-9a-f]{7,40})$/i.exec(path)?.[1];
  if (sha !== undefined) return found(1, { type: 'commit', sha: sha.toLowerCase() });
  const tag = /\/releases\/tag\/([\w.+-]{1,100})$/.exec(path)?.[1];
  return tag === undefined ? null : found(1, { type: 'version', version: tag });
}

function pullRequest({ word, raw }: Token): Found | null {
  const number = /^(?:pr-?|mr|(?:pr|mr)?#)(\d{1,9})$/.exec(word)?.[1];
  if (number !== undefined) return found(1, pullRequestOf(Number(number), null));
  const [, repository, of] = /^([\w.-]{1,100}\/[\w.-]{1,100})#(\d{1,9})$/.exec(raw) ?? [];
  return repository === undefined ? null : found(1, pullRequestOf(Number(of), repository));
}

function pullRequestOf(number: number, repository: string | null): Anchor {
  return { type: 'pull-request', number, repository };
}

function state({ word }: Token, at: number, { environments }: Vocabulary): Found | null {
  const [, name, back] = /^([^~\s]{1,100})~(\d{0,4})$/.exec(word) ?? [];
  if (name === undefined) return null;
  const environment = environments.get(name);
  if (environment === undefined) return { outcome: 'unknown', at, what: 'environment', name };
  return found(1, { type: 'state', environment, back: back === '' ? 1 : Number(back) });
}

function incident({ word, raw }: Token): Found | null {
  const number = /^inc(?:ident)?-(\d{1,9})$/.exec(word)?.[1];
  if (number !== undefined) return incidentOf(number);
  const channel = /^#?(inc(?:ident)?-[\w-]{0,80}\d[\w-]{0,80})$/i.exec(raw)?.[1];
  return channel === undefined ? null : found(1, { type: 'incident', name: channel });
}

function incidentOf(number: string): { readonly length: number; readonly when: Anchor } {
  return found(1, { type: 'incident', name: `INC-${Number(number)}` });
}

function version({ word, raw }: Token): { readonly length: number; readonly when: Anchor } | null {
  if (word.length > 100 || !/^[\w.+@/-]+$/.test(word)) return null;
  const own = /(?:^|[-@/_])(?:v\d{1,9}(?:\.\d{1,9}){0,3}|\d{1,9}(?:\.\d{1,9}){2,3})(?:[-+][\w.+-]{1,60})?$/;
  return own.test(word) ? found(1, { type: 'version', version: raw }) : null;
}

function commit({ word }: Token): Found | null {
  const bare = /^[0-9a-f]{7,40}$/.test(word) && (word.length === 40 || (/\d/.test(word) && /[a-f]/.test(word)));
  return bare ? found(1, { type: 'commit', sha: word }) : null;
}

function found<Match extends Anchor>(length: number, when: Match): { readonly length: number; readonly when: Match } {
  return { length, when };
}
