import type { Fact } from '../domain/facts/fact.ts';
import { askUrl, webUrl } from './ask-url.ts';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { factKey } from './fact-key.ts';
import { type FlagSeen, flagsIn } from './flags/exports.ts';
import { textAt } from './json-shape.ts';
import { failed, readTexts, shown } from './read-texts.ts';
import { factValue } from './secret-facts.ts';

/**
 * What is on, and for whom, in one environment. People who are named as targets are counted. With a url the file, if any,
 * holds the token: on a command line others see it.
 */
export const flags: Collector = {
  name: 'flags',
  version: '1',
  summary: 'the state of feature flags in Unleash, LaunchDarkly or Flagsmith',
  usage:
    'sincewhen snapshot production --collector flags token.txt --set url=https://app.launchdarkly.com/api/v2/flags/shop?env=production',
  collect,
};

async function collect(input: CollectorInput): Promise<Collected> {
  const { options } = input;
  const told = options.get('url');
  const url = told === undefined ? undefined : webUrl(told);
  if (told !== undefined && url === undefined) return failed('url is no address of the web: https://…');
  const answers = url === undefined ? await savedIn(input) : await askedFor(url, input);
  if ('outcome' in answers) return answers;

  const environment = options.get('flag-environment') ?? url?.searchParams.get('env') ?? null;
  const seen: FlagSeen[] = [];
  for (const { name, json } of answers) {
    const found = flagsIn(json, environment);
    if (typeof found === 'string') return failed(`${shown(name)}: ${found}`);
    seen.push(...found);
  }
  const isPart = textAt(answers.at(-1)?.json, '_links', 'next', 'href') !== null;
  return {
    outcome: 'seen',
    facts: seen.flatMap((flag) => factsOf(flag, input)),
    complete: !isPart,
    notSeen: isPart ? ['flags on further pages'] : [],
  };
}

interface Answer {
  readonly name: string;
  readonly json: unknown;
}

type Failed = ReturnType<typeof failed>;

async function savedIn(input: CollectorInput): Promise<readonly Answer[] | Failed> {
  const read = await readTexts(input, flags);
  if (read.outcome === 'failed') return read;
  const answers = read.texts.map(({ name, text }) => ({ name, json: jsonOf(text) }));
  const wrong = answers.find(({ json }) => json === undefined);
  return wrong === undefined ? answers : failed(`${shown(wrong.name)} is no JSON`);
}

const mostPages = 100;

/** Page after page, on the host that was named only: the token goes with it. */
async function askedFor(first: URL, input: CollectorInput): Promise<readonly Answer[] | Failed> {
  const { options, files, signal } = input;
  if (files.length > 1) return failed('with url there is one file, which holds the token');
  const read = files.length === 0 ? null : await readTexts(input, flags);
  if (read?.outcome === 'failed') return read;
  const token = read?.texts[0]?.text.trim();
  const header = options.get('token-header') ?? usualHeader(first);
  const answers: Answer[] = [];
  let url: URL | null = first;
  while (url !== null && answers.length < mostPages) {
    const name: string = `${url.origin}${url.pathname}`;
    const headers = token === undefined ? {} : { [header]: token };
    const answer = await askUrl({ url, headers, trusted: [], signal });
    if (answer.outcome === 'failed') return failed(`${name}: ${answer.reason}`);
    if (answer.status !== 200) return failed(`${name} answered ${answer.status}${adviceFor(answer.status, token)}`);
    if (answer.cut) return failed(`${name} answered more than 1 MB: save it to a file, or ask for smaller pages`);
    const json = jsonOf(answer.body.toString());
    if (json === undefined) return failed(`${name} did not answer JSON`);
    answers.push({ name, json });
    const next: string | null = textAt(json, '_links', 'next', 'href');
    const following: URL | null = next !== null && URL.canParse(next, first) ? new URL(next, first) : null;
    url = following?.origin === first.origin ? following : null;
  }
  return answers;
}

/** Unleash and LaunchDarkly take a token in the first, Flagsmith the key of an environment in the second. */
function usualHeader({ pathname }: URL): string {
  return /\/api\/v1\/flags\/?$/.test(pathname) ? 'x-environment-key' : 'authorization';
}

function adviceFor(status: number, token: string | undefined): string {
  if (status === 401 || status === 403)
    return token === undefined ? ': it wants a token' : ': the token is not accepted';
  return status >= 300 && status < 400 ? ': redirects are not followed, name where it leads' : '';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of a flag that is off only that: what it would do when it is on is no difference that anybody meets. */
function factsOf(
  { name, on, rollout, rules, value }: FlagSeen,
  { service, digest }: Pick<CollectorInput, 'service' | 'digest'>,
): Fact[] {
  const fact = (key: string, held: Fact['value']): Fact => ({ service, facet: 'flag', key: factKey(key), value: held });
  if (!on) return [fact(name, 'off')];
  return [
    fact(name, 'on'),
    ...(rollout === undefined ? [] : [fact(`${name}:rollout`, rollout)]),
    ...(value === undefined ? [] : [fact(`${name}:value`, factValue(name, value, digest))]),
    ...(rules.length === 0 ? [] : [fact(`${name}:rules`, rules)]),
  ];
}
