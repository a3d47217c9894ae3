import { chance, pick } from '../replays/random.ts';
import {
  type Maker,
  ahead,
  ago,
  change,
  days,
  deploy,
  fact,
  fresh,
  hour,
  movedIn,
  pair,
  sides,
  since,
} from './making.ts';

export type Story = (maker: Maker) => void;

/** A configuration change says key and value; one that says the key only; a deploy brings packages; a migration a schema. */
export const known: readonly Story[] = sides.flatMap((side): readonly Story[] => [
  (maker) => {
    const { key, service, old, later, at } = fresh(maker);
    const facet = pick(maker.random, ['env', 'config'] as const);
    const cause = change(
      maker,
      'config',
      { service, environment: pair[side], before: { [key]: old }, after: { [key]: later } },
      at,
    );
    maker.facts.push(
      fact(service, facet, key, movedIn(side, old, later, at), ahead[side], `config says it, ${side}`, { cause }),
    );
  },
  (maker) => {
    const { key, service, later, at } = fresh(maker);
    const cause = change(
      maker,
      'config',
      { service, environment: pair[side], before: {}, after: { [key]: later } },
      at,
    );
    maker.facts.push(
      fact(service, 'env', key, movedIn(side, undefined, later, at), ahead[side], `config adds it, ${side}`, { cause }),
    );
  },
  (maker) => {
    const { key, service, at } = fresh(maker);
    const cause = deploy(maker, service, pair[side], at);
    const facet = pick(maker.random, ['package', 'runtime'] as const);
    maker.facts.push(
      fact(
        service,
        facet,
        key.toLowerCase(),
        movedIn(side, '1.2.0', '1.3.0', at),
        ahead[side],
        `deploy brings it, ${side}`,
        { cause },
      ),
    );
  },
  (maker) => {
    const { key, service, later, at } = fresh(maker);
    const cause = change(maker, 'migration', { service, environment: pair[side], title: `migrate ${service}` }, at);
    maker.facts.push(
      fact(
        service,
        'schema',
        `table.${key.toLowerCase()}`,
        movedIn(side, undefined, later, at),
        ahead[side],
        `migration brings it, ${side}`,
        { cause },
      ),
    );
  },
  (maker) => {
    const { key, service, old, later, at } = fresh(maker);
    const object = `Deployment/${service}-${maker.counter}`;
    const cause = change(
      maker,
      'infrastructure',
      { service, environment: pair[side], title: `apply ${object}`, after: { [`${object}:${key}`]: later } },
      at,
    );
    maker.facts.push(
      fact(
        service,
        'infrastructure',
        `${object}:${key}`,
        movedIn(side, old, later, at),
        'explained',
        `infrastructure says it, ${side}`,
        { cause },
      ),
    );
  },
]);

export const both: readonly Story[] = [
  (maker) => {
    const { key, service, old, later, at } = fresh(maker);
    const [first, second] = [at, new Date(at.getTime() + 2 * hour)];
    const other = `other-${later}`;
    change(maker, 'config', { service, environment: pair.reference, after: { [key]: later } }, first);
    const cause = change(maker, 'config', { service, environment: pair.mirror, after: { [key]: other } }, second);
    const steps = {
      reference: [since(old), { at: first, value: later }],
      mirror: [since(old), { at: second, value: other }],
    };
    maker.facts.push(fact(service, 'env', key, steps, 'explained', 'both set it', { cause }));
  },
  (maker) => {
    const { key, service, old, later } = fresh(maker);
    const cause = change(
      maker,
      'config',
      { service, environment: pair.mirror, before: { [key]: old }, after: { [key]: later } },
      ago(days * 24 + 50),
    );
    const steps = { reference: [since(old)], mirror: [since(later)] };
    maker.facts.push(
      fact(service, 'env', key, steps, 'pending-promotion', 'before the first snapshot, with both values', { cause }),
    );
  },
];

function rule(maker: Maker, given: Record<string, unknown>): void {
  maker.rules.push({ reason: 'planted', ...given });
}

export const meant: readonly Story[] = [
  (maker) => {
    const { key, service, old, later } = fresh(maker);
    rule(maker, { facet: 'env', key });
    maker.facts.push(
      fact(service, 'env', key, { reference: [since(old)], mirror: [since(later)] }, 'intended', 'a rule of its own'),
    );
  },
  (maker) => {
    const { key, service, old, later, at } = fresh(maker);
    rule(maker, { facet: 'config', key: `${key.slice(0, -2)}*`, expires: '2026-11-20' });
    maker.facts.push(
      fact(service, 'config', key, movedIn('mirror', old, later, at), 'intended', 'a pattern on its last day'),
    );
  },
  (maker) => {
    const { key, service } = fresh(maker);
    rule(maker, { facet: 'infrastructure', service, key, must: 'mirror >= 50% of reference' });
    maker.facts.push(
      fact(
        service,
        'infrastructure',
        key,
        { reference: [since('8')], mirror: [since('4')] },
        'intended',
        'a ratio that holds',
      ),
    );
  },
  (maker) => {
    const { key, service } = fresh(maker);
    rule(maker, { facet: 'infrastructure', service, key, must: 'mirror >= 50% of reference' });
    maker.facts.push(
      fact(
        service,
        'infrastructure',
        key,
        { reference: [since('8')], mirror: [since('3')] },
        'unexplained',
        'a ratio that is broken',
      ),
    );
  },
  (maker) => {
    const { key, service, old, later } = fresh(maker);
    rule(maker, { facet: 'env', key, expires: '2026-11-19' });
    maker.facts.push(
      fact(
        service,
        'env',
        key,
        { reference: [since(old)], mirror: [since(later)] },
        'unexplained',
        'a rule that has expired',
      ),
    );
  },
  (maker) => {
    const { key, service, old, later } = fresh(maker);
    rule(maker, { facet: 'env', key, must: 'differ' });
    maker.facts.push(
      fact(service, 'env', key, { reference: [since(old)], mirror: [since(later)] }, 'intended', 'differs as it must'),
    );
  },
  (maker) => {
    const { key, service, old } = fresh(maker);
    const value = chance(maker.random, 0.5) ? old : { digest: `hmac-${old}` };
    rule(maker, { facet: 'env', key: chance(maker.random, 0.5) ? key : `${key.slice(0, -1)}*`, must: 'differ' });
    maker.facts.push(
      fact(
        service,
        'env',
        key,
        { reference: [since(value)], mirror: [since(value)] },
        'forbidden-equality',
        'equal and must not be',
      ),
    );
  },
  (maker) => {
    const { key, service, old } = fresh(maker);
    rule(maker, { facet: 'env', key, must: 'differ', service: `${service}-other` });
    maker.facts.push(
      fact(
        service,
        'env',
        key,
        { reference: [since(old)], mirror: [since(old)] },
        null,
        'equal, and must differ elsewhere',
      ),
    );
  },
];
