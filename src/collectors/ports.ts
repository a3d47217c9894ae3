import { connect } from 'node:net';
import type { Fact } from '../domain/facts/fact.ts';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { failed } from './read-texts.ts';
import { type HostPort, eachTarget, hostPortOf, labelProblem, targetsIn } from './targets.ts';

const patience = 5000;

/** As they are seen from the machine that it runs on. */
export const ports: Collector = {
  name: 'ports',
  version: '1',
  summary: 'which ports are open and which are closed',
  usage: 'sincewhen snapshot production --collector ports --set open=db=db.internal:5432 --set closed=admin=web:8081',
  collect,
};

type State = 'open' | 'closed';

async function collect({ options, service, signal }: CollectorInput): Promise<Collected> {
  const asked = (['open', 'closed'] as const).flatMap((expected) =>
    (targetsIn(options.get(expected)) ?? []).map(({ label, at }) => ({ expected, label, at, place: hostPortOf(at) })),
  );
  if (asked.length === 0) {
    return failed('which ports? --set open=db.internal:5432 or --set closed=web:8081');
  }
  const problem = labelProblem(asked);
  if (problem !== null) return failed(problem);
  const wrong = asked.find(({ place }) => place === undefined);
  if (wrong !== undefined) return failed(`${wrong.at} is no host and port: db.internal:5432`);

  const seen = await eachTarget(asked, async ({ expected, label, at, place }) => {
    const found = place === undefined ? { unseen: 'no host' } : await stateOf(place, signal);
    if ('unseen' in found) return { facts: [], unseen: [`${at}: ${found.unseen}`] };
    const facts: Fact[] = [
      { service, facet: 'network', key: `port ${label}`, value: found.state },
      { service, facet: 'health', key: `port ${label}`, value: found.state === expected ? 'ok' : 'failed' },
    ];
    return { facts, unseen: [] };
  });
  const facts = seen.flatMap((each) => each.facts);
  const notSeen = seen.flatMap(({ unseen }) => unseen);
  if (facts.length === 0) return failed(`no port could be tried: ${notSeen[0] ?? ''}`);
  return { outcome: 'seen', facts, complete: notSeen.length === 0, notSeen };
}

/** A port that does not answer is as closed as one that refuses: which of both, its firewall decides. */
function stateOf({ host, port }: HostPort, signal: AbortSignal): Promise<{ state: State } | { unseen: string }> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const late = setTimeout(() => end({ state: 'closed' }), patience);
    const stop = () => end({ unseen: 'stopped' });
    function end(result: { state: State } | { unseen: string }): void {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(result);
    }
    signal.addEventListener('abort', stop);
    socket.once('connect', () => end({ state: 'open' }));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.message;
      end(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'].includes(code) ? { state: 'closed' } : { unseen: code });
    });
  });
}
