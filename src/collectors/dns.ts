import { Resolver } from 'node:dns/promises';
import type { Fact } from '../domain/facts/fact.ts';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { failed } from './read-texts.ts';
import { type Target, eachTarget, labelProblem, targetsIn } from './targets.ts';

type Ask = (resolver: Resolver, name: string) => Promise<readonly string[]>;

/** What each type of record says, without how long it may be kept. */
const types: ReadonlyMap<string, Ask> = new Map<string, Ask>([
  ['A', (resolver, name) => resolver.resolve4(name)],
  ['AAAA', (resolver, name) => resolver.resolve6(name)],
  ['CNAME', (resolver, name) => resolver.resolveCname(name)],
  ['NS', (resolver, name) => resolver.resolveNs(name)],
  ['PTR', (resolver, name) => resolver.resolvePtr(name)],
  ['TXT', async (resolver, name) => (await resolver.resolveTxt(name)).map((parts) => parts.join(''))],
  ['MX', async (resolver, name) => (await resolver.resolveMx(name)).map((each) => `${each.priority} ${each.exchange}`)],
  [
    'SRV',
    async (resolver, name) =>
      (await resolver.resolveSrv(name)).map((each) => `${each.priority} ${each.weight} ${each.name}:${each.port}`),
  ],
  [
    'CAA',
    async (resolver, name) =>
      (await resolver.resolveCaa(name)).map(
        ({ critical, issue, issuewild, iodef }) =>
          `${critical} ${issue === undefined ? (issuewild === undefined ? `iodef ${iodef}` : `issuewild ${issuewild}`) : `issue ${issue}`}`,
      ),
  ],
]);

/** Asks the resolvers of the machine it runs on, or those it is told. That there is no such record is an answer. */
export const dns: Collector = {
  name: 'dns',
  version: '1',
  summary: 'what names resolve to',
  usage: 'sincewhen snapshot production --collector dns --set names=shop=shop.example.com --set types=A,AAAA,CNAME',
  collect,
};

type Answer = { readonly fact: Fact } | { readonly unseen: string };

async function collect({ options, service, signal }: CollectorInput): Promise<Collected> {
  const names = targetsIn(options.get('names'));
  if (names === undefined) return failed('which names? --set names=shop=shop.example.com');
  const problem = labelProblem(names);
  if (problem !== null) return failed(problem);
  const asked = (options.get('types') ?? 'A,AAAA,CNAME').toUpperCase().split(/[\s,]+/);
  const unknown = asked.find((type) => !types.has(type));
  if (unknown !== undefined) {
    return failed(`${unknown} is no type of record: ${[...types.keys()].join(', ')}`);
  }
  const resolver = new Resolver({ timeout: 3000, tries: 3 });
  const servers = options.get('servers');
  try {
    if (servers !== undefined) resolver.setServers(servers.split(/[\s,]+/));
  } catch {
    return failed('servers are addresses: --set servers=10.0.0.2,10.0.0.3:5353');
  }
  const stop = () => resolver.cancel();
  signal.addEventListener('abort', stop);
  const answers = await eachTarget(
    names.flatMap((name) => asked.map((type) => ({ name, type }))),
    ({ name, type }) => answerOf(resolver, name, type, service),
  );
  signal.removeEventListener('abort', stop);
  const facts = answers.flatMap((answer) => ('fact' in answer ? [answer.fact] : []));
  const notSeen = answers.flatMap((answer) => ('unseen' in answer ? [answer.unseen] : []));
  if (facts.length === 0) return failed(`no name could be looked up: ${notSeen[0] ?? ''}`);
  return { outcome: 'seen', facts, complete: notSeen.length === 0, notSeen };
}

const none = new Set(['ENODATA', 'ENOTFOUND']);

async function answerOf(
  resolver: Resolver,
  { label, at }: Target,
  type: string,
  service: string | null,
): Promise<Answer> {
  const fact = (value: readonly string[]): Answer => ({
    fact: { service, facet: 'network', key: `dns ${label}:${type}`, value: value.toSorted() },
  });
  try {
    return fact((await types.get(type)?.(resolver, at)) ?? []);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
    return none.has(code) ? fact([]) : { unseen: `${type} of ${at}: ${code}` };
  }
}
