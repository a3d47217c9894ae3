import { shorten } from '../shorten.ts';
import { bareName, isAddress, isMachine, looksLikeMemberId, readIdentity } from './identity.ts';

export const identityKinds = ['github', 'gitlab', 'pagerduty', 'git', 'email'] as const;
export type IdentityKind = (typeof identityKinds)[number];

export type LinkCommand =
  | { readonly verb: 'link'; readonly kind: IdentityKind; readonly identity: string }
  | { readonly verb: 'unlink'; readonly identity: string }
  | { readonly verb: 'links' }
  /** `problem`: a sentence. */
  | { readonly verb: 'not-understood'; readonly problem: string };

const longest: Readonly<Record<IdentityKind, number>> = {
  github: 39,
  gitlab: 200,
  pagerduty: 100,
  git: 100,
  email: 200,
};
const login = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;
/** How Slack writes an address or a link that somebody typed. */
const typedLink = /^<(?:mailto:)?([^<>|]+)(?:\|[^<>]*)?>$/;

/** What follows `/since`, in Slack's escaped form. Null: it is no such command. */
export function linkCommandOf(text: string): LinkCommand | null {
  const [verb = '', ...words] = text.trim().split(/\s+/);
  switch (verb.toLowerCase()) {
    case 'links':
      return words.length === 0 ? { verb: 'links' } : null;
    case 'link':
      return words.length === 0 ? { verb: 'links' } : readLink(words);
    case 'unlink': {
      const [, named] = withKind(words);
      const identity = plainIdentity(named);
      return identity === '' ? refused('Say which name is not yours any more.') : { verb: 'unlink', identity };
    }
    default:
      return null;
  }
}

function readLink(words: readonly string[]): LinkCommand {
  const [given, named] = withKind(words);
  const identity = plainIdentity(named);
  const kind = given ?? (isAddress(identity) ? 'email' : null);
  const shown = shorten(identity, 60);
  if (kind === null) return refused(`Say where you are called that: ${identityKinds.join(', ')}.`);
  if (identity === '') return refused(`Say what you are called there, as in "link ${kind} ${examples[kind]}".`);
  if (identity.length > longest[kind]) return refused('That is longer than such a name can be.');
  const read = readIdentity(identity);
  if (read === null || isMachine(read)) return refused(`"${shown}" is a machine's name.`);
  if (kind === 'email' && !isAddress(identity)) return refused(`"${shown}" is no e-mail address of a person.`);
  if ((kind === 'github' || kind === 'gitlab') && !login.test(identity)) return refused(`"${shown}" is no login.`);
  if (looksLikeMemberId(identity)) return refused(`"${shown}" looks like a member id of Slack, which nobody can take.`);
  return { verb: 'link', kind, identity };
}

const examples: Readonly<Record<IdentityKind, string>> = {
  github: 'ada-l',
  gitlab: 'ada.l',
  pagerduty: 'Ada Lovelace',
  git: 'Ada Lovelace',
  email: 'ada@example.com',
};

function withKind(words: readonly string[]): readonly [IdentityKind | null, string] {
  const kind = identityKinds.find((each) => each === words[0]?.toLowerCase()) ?? null;
  return [kind, (kind === null ? words : words.slice(1)).join(' ')];
}

/** As `changes.actors` has it: lower-case. */
function plainIdentity(typed: string): string {
  const [, link = typed] = typedLink.exec(typed.trim()) ?? [];
  const unquoted = link.replaceAll(/^["'“”‘’`]+|["'“”‘’`]+$/g, '');
  const profile = /^https?:\/\/[^/]+\/([^/?#]+)\/?$/.exec(unquoted)?.[1] ?? unquoted;
  const text = profile.replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  return bareName(text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '').trim()).toLowerCase();
}

function refused(problem: string): LinkCommand {
  return { verb: 'not-understood', problem };
}
