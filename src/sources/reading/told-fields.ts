import { type Kind, type Status, kinds } from '../../domain/change.ts';
import type { Actor } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from './defined.ts';
import { repositoryOfUrl } from './git-url.ts';
import { isObject } from './json.ts';
import { lookUp } from './look-up.ts';

/** What is usually meant by a field of this name, its separators and case taken out, in free details of a change. */
const meanings: Readonly<Record<string, readonly string[]>> = {
  kind: ['kind', 'changekind', 'changetype'],
  service: ['service', 'servicename', 'app', 'application', 'component'],
  environment: [
    'environment',
    'env',
    'environmentname',
    'deploymentenvironment',
    'deploymentenvironmentname',
    'deployenvironment',
    'deployenv',
    'targetenvironment',
    'targetenv',
    'stage',
  ],
  version: ['version', 'newversion', 'toversion', 'serviceversion', 'tag', 'imagetag', 'release', 'to'],
  from: ['previousversion', 'prevversion', 'oldversion', 'fromversion', 'from'],
  commit: ['commit', 'commitsha', 'commitid', 'sha', 'gitcommit', 'gitsha', 'gitcommitsha', 'revision', 'gitrevision'],
  repository: ['repository', 'repo', 'repositoryurl', 'repourl', 'gitrepository', 'gitrepositoryurl', 'giturl'],
  runUrl: ['runurl', 'buildurl', 'joburl', 'pipelineurl', 'workflowurl', 'workflowrunurl'],
  actor: ['actor', 'user', 'username', 'deployer', 'deployedby', 'triggeredby', 'startedby', 'creator', 'author'],
  reason: ['reason', 'why'],
  status: ['status', 'state', 'buildstate', 'buildstatus', 'result', 'outcome'],
  revision: ['revision'],
};

/** The fields of a change that free details tell, in our own shape. */
export interface ToldFields {
  readonly kind?: Kind;
  readonly service?: string;
  readonly environment?: string;
  readonly to?: string;
  readonly from?: string;
  /** 40 hex. */
  readonly commit?: string;
  /** `<owner>/<name>`. */
  readonly repository?: string;
  readonly runUrl?: string;
  readonly actor?: Actor;
  readonly reason?: string;
  readonly status?: Status;
}

/** What CI systems and scripts say in the free details of what they report. Anything may come. */
export function toldFields(details: unknown): ToldFields {
  if (!isObject(details)) return {};
  const fields = new Map(
    Object.entries(details)
      .slice(0, 200)
      .toReversed()
      .map(([name, value]) => [
        name
          .slice(0, 100)
          .toLowerCase()
          .replaceAll(/[^a-z0-9]/g, ''),
        value,
      ]),
  );
  const all = (meaning: string) => (meanings[meaning] ?? []).flatMap((name) => fields.get(name) ?? []);
  const text = (meaning: string, limit = 200) =>
    all(meaning)
      .map((value) => outsideText(value, limit))
      .find(isThere);
  const kind = text('kind')?.toLowerCase();
  const commit = text('commit')?.toLowerCase() ?? '';
  const isCommit = /^[0-9a-f]{40}$/.test(commit);
  return defined({
    kind: kinds.find((each) => each === kind),
    service: text('service'),
    environment: text('environment'),
    to: text('version') ?? (/^[0-9a-f]{7,40}$/.test(commit) ? commit.slice(0, 7) : text('revision')),
    from: text('from'),
    commit: isCommit ? commit : undefined,
    repository: repositoryNamed(text('repository', 500)),
    runUrl: webUrl(text('runUrl', 3000)),
    actor: all('actor').map(actorIn).find(isThere),
    reason: text('reason', 2000),
    status: all('status').map(statusNamed).find(isThere),
  });
}

/** `<owner>/<name>` of a repository's name or address. */
export function repositoryNamed(given: string | undefined): string | undefined {
  const isName = given !== undefined && given.length <= 150 && /^[\w.~-]+(?:\/[\w.~-]+)+$/.test(given);
  return isName ? given.toLowerCase() : repositoryOfUrl(given);
}

export function webUrl(given: string | undefined): string | undefined {
  return given !== undefined && /^https?:\/\/\S+$/i.test(given) ? given : undefined;
}

/** A name, an address, or an object of both, which some send as text. */
function actorIn(value: unknown): Actor | undefined {
  const given = typeof value === 'string' && value.startsWith('{') ? parsed(value) : value;
  if (!isObject(given)) {
    const name = outsideText(given, 200);
    if (name === undefined) return undefined;
    return /^[^\s@]+@[^\s@]+$/.test(name) ? { email: name } : { name };
  }
  const actor = defined({
    name: outsideText(given['name'], 200),
    login: outsideText(given['login'] ?? given['username'], 200),
    email: outsideText(given['email'], 320),
  });
  return Object.keys(actor).length === 0 ? undefined : actor;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.slice(0, 10_000));
  } catch {
    return text;
  }
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

const words: readonly (readonly [Kind, RegExp])[] = [
  ['merge', /^\W{0,3}(?:PR |MR |pull request |merge request )?merged\b/i],
  ['rollback', /\broll(?:ed|ing|s)?[- ]?back\b|\brevert(?:ed|ing|s)?\b/i],
  ['migration', /\bmigrat(?:e|ed|es|ing|ions?)\b/i],
  [
    'flag',
    /\bfeature[- ]flags?\b|\bflag \S{1,100} (?:is )?(?:on|off|enabled|disabled|turned|set|updated)\b|\btoggled?\b/i,
  ],
  ['infrastructure', /\b(?:terraform|opentofu|tofu|pulumi|cloudformation|ansible|puppet|chef|infrastructure)\b/i],
  [
    'deploy',
    /\b(?:re)?deploy(?:s|ed|ing|ments?)?\b|\breleas(?:e|ed|es|ing)\b|\broll(?:ed|ing)? ?out\b|\bpromot(?:e|ed|ing)\b|\bshipped\b/i,
  ],
  ['config', /\bconfig(?:s|uration)?\b|\bsettings?\b|\bsecrets? (?:successfully )?rotat/i],
  ['maintenance', /\bmaintenance\b|\bfail(?:ed)?[- ]?over\b|\brestart(?:ed|ing)?\b/i],
];

/** The kind of change that a sentence tells of, where its sender has no word for kinds. */
export function kindOfWords(sentence: string): Kind {
  return words.find(([, pattern]) => pattern.test(sentence))?.[0] ?? 'note';
}

const outcomes: Readonly<Record<string, Status>> = {
  passed: 'succeeded',
  success: 'succeeded',
  successful: 'succeeded',
  succeeded: 'succeeded',
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
  canceled: 'cancelled',
  cancelled: 'cancelled',
  aborted: 'cancelled',
  started: 'started',
  running: 'started',
};

/** What CI systems call how it went. */
export function statusNamed(given: unknown): Status | undefined {
  return lookUp(outcomes, outsideText(given, 50)?.toLowerCase());
}
