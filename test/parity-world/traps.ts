import type { Facet } from '../../src/domain/facts/fact.ts';
import { type Maker, ago, change, days, deploy, fact, fresh, hour, movedIn, pair, sides, since } from './making.ts';
import type { Story } from './explained.ts';

/** Each moves one side with something near that does not explain it. */
export const traps: readonly Story[] = sides.flatMap((side): readonly Story[] => {
  const trap =
    (story: string, facet: Facet, near: (maker: Maker, given: ReturnType<typeof fresh>) => void): Story =>
    (maker) => {
      const made = fresh(maker);
      // What a deploy brings is told of a service that nothing else is deployed of.
      const given = facet === 'package' ? { ...made, service: `quiet-${maker.counter}` } : made;
      near(maker, given);
      const { key, service, old, later, at } = given;
      maker.facts.push(fact(service, facet, key, movedIn(side, old, later, at), 'unexplained', `${story}, ${side}`));
    };
  const here = pair[side];
  const there = pair[side === 'mirror' ? 'reference' : 'mirror'];
  return [
    trap('nothing is known', 'env', () => undefined),
    trap('nothing is known of a setting', 'database', () => undefined),
    trap('a deploy at the same minute', 'env', (maker, { service, at }) => deploy(maker, service, here, at)),
    trap('a deploy at the same minute, of infrastructure', 'infrastructure', (maker, { service, at }) =>
      deploy(maker, service, here, at),
    ),
    trap('another key', 'env', (maker, { service, later, at, key }) =>
      change(maker, 'config', { service, environment: here, after: { [`${key}_2`]: later } }, at),
    ),
    trap('the key in another service', 'env', (maker, { service, later, at, key }) =>
      change(maker, 'config', { service: `${service}-other`, environment: here, after: { [key]: later } }, at),
    ),
    trap('the key in the other environment', 'env', (maker, { service, later, at, key }) =>
      change(maker, 'config', { service, environment: there, after: { [key]: later } }, at),
    ),
    trap('before they agreed', 'env', (maker, { service, later, at, key }) =>
      change(
        maker,
        'config',
        { service, environment: here, after: { [key]: later } },
        new Date(at.getTime() - 5 * hour),
      ),
    ),
    trap('after it was seen', 'env', (maker, { service, later, at, key }) =>
      change(
        maker,
        'config',
        { service, environment: here, after: { [key]: later } },
        new Date(at.getTime() + 2.5 * hour),
      ),
    ),
    trap('another value', 'config', (maker, { service, at, key }) =>
      change(maker, 'config', { service, environment: here, after: { [key]: 'something else' } }, at),
    ),
    trap('a change that failed', 'env', (maker, { service, later, at, key }) =>
      change(maker, 'config', { service, environment: here, status: 'failed', after: { [key]: later } }, at),
    ),
    trap('a deploy of another service', 'package', (maker, { service, at }) =>
      deploy(maker, `${service}-other`, here, at),
    ),
    trap('a deploy that failed', 'package', (maker, { service, at }) => deploy(maker, service, here, at, 'failed')),
  ];
});

export const never: readonly Story[] = [
  (maker) => {
    const { key, service, old, later } = fresh(maker);
    maker.facts.push(
      fact(service, 'env', key, { reference: [since(old)], mirror: [since(later)] }, 'unexplained', 'never equal'),
    );
  },
  (maker) => {
    const { key, service, old, later } = fresh(maker);
    change(maker, 'config', { service, environment: pair.mirror, title: `${key} changed` }, ago(days * 24 + 50));
    maker.facts.push(
      fact(
        service,
        'env',
        key,
        { reference: [since(old)], mirror: [since(later)] },
        'unexplained',
        'never equal, the key is named',
      ),
    );
  },
  (maker) => {
    const { key, service, old } = fresh(maker);
    maker.facts.push(
      fact(
        service,
        'config',
        key,
        { reference: [since(old)], mirror: [since(undefined)] },
        'unexplained',
        'never there',
      ),
    );
  },
  (maker) => {
    const { key, service, old, later, at } = fresh(maker);
    change(maker, 'config', { service, environment: pair.mirror, after: { [key]: later } }, at);
    const steps = {
      reference: [since(old), { at: new Date(at.getTime() + 3 * hour), value: `x${old}` }],
      mirror: [since(old), { at, value: later }],
    };
    maker.facts.push(fact(service, 'env', key, steps, 'unexplained', 'both moved, one is known'));
  },
];

export const unknown: readonly Story[] = [
  (maker) => {
    const { key, service, old, later, at } = fresh(maker);
    maker.facts.push(
      fact(service, 'network', key, movedIn('reference', old, later, at), 'unknown', 'a silent collector'),
    );
  },
  (maker) => {
    const { key, service, old, later, at } = fresh(maker);
    maker.facts.push(
      fact(service, 'env', key, movedIn('reference', old, later, at), 'unknown', 'not looked at', { unseen: true }),
    );
  },
  (maker) => {
    const { key, service, old } = fresh(maker);
    maker.facts.push(
      fact(
        service,
        'env',
        key,
        { reference: [since({ digest: 'present' })], mirror: [since({ digest: `hmac-${old}` })] },
        'unknown',
        'no key for digests',
      ),
    );
  },
  (maker) => {
    const { key, service, old } = fresh(maker);
    maker.facts.push(
      fact(
        service,
        'env',
        key,
        { reference: [since(old)], mirror: [since({ digest: `hmac-${old}` })] },
        'unknown',
        'a secret and none',
      ),
    );
  },
  (maker) => {
    const { key, service, old, later } = fresh(maker);
    const steps = { reference: [since(old)], mirror: [since(old)] };
    maker.facts.push(fact(service, 'config', key, steps, 'unknown', 'collectors disagree'));
    maker.facts.push({
      ...fact(service, 'config', key, { reference: [], mirror: [since(later)] }, 'unknown', 'collectors disagree'),
      collector: 'kubectl',
    });
  },
  (maker) => {
    const { key, service, old } = fresh(maker);
    maker.facts.push(
      fact(service, 'health', key, { reference: [since(old)], mirror: [] }, 'unknown', 'no collector there'),
    );
  },
  (maker) => {
    const { key } = fresh(maker);
    const service = `busy-${maker.counter}`;
    deploy(maker, service, pair.mirror, ago(0.4), 'started');
    maker.facts.push(
      fact(
        service,
        'package',
        key.toLowerCase(),
        movedIn('mirror', '1.0.0', '1.1.0', ago(0.3)),
        'unknown',
        'a deploy is under way',
      ),
    );
  },
];
