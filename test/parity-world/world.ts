import type { FactValue, Facet } from '../../src/domain/facts/fact.ts';
import { between, chance, hex, pick, randomOf, whole } from '../replays/random.ts';
import { both, known, meant } from './explained.ts';
import { type Maker, type World, ago, change, days, deploy, fact, fresh, hour, pair, sides, since } from './making.ts';
import { never, traps, unknown } from './traps.ts';

/** Documented in docs/parity.md. */
export const parameters = {
  services: 40,
  /** Facts of each service that are equal in both, by facet. */
  ordinary: { env: 40, config: 60, package: 120, runtime: 4, schema: 30, infrastructure: 25, database: 10, network: 6 },
  /** Differences of each kind that a seed plants. */
  planted: 12,
  /** Equal facts that are written in another way in the mirror, and facts that moved in both alike. */
  noise: 300,
  moved: 150,
  /** Deploys and configuration changes that explain nothing. */
  bystanders: 400,
} as const;

/** Environments whose every difference is known, and why it is there. The same for the same seed. */
export function makeWorld(seed: number): World {
  const random = randomOf(seed, 5);
  const services = Array.from({ length: parameters.services }, (_, index) => `service-${index}`);
  const maker: Maker = { random, services, facts: [], changes: [], rules: [], counter: 0 };
  for (const service of services) {
    for (const [facet, count] of Object.entries(parameters.ordinary) as [Facet, number][]) {
      for (let index = 0; index < count; index += 1) ordinary(maker, service, facet, index);
    }
  }
  for (const story of stories) for (let index = 0; index < parameters.planted; index += 1) story(maker);
  for (let index = 0; index < parameters.noise; index += 1) noise(maker);
  for (let index = 0; index < parameters.moved; index += 1) movedAlike(maker);
  for (let index = 0; index < parameters.bystanders; index += 1) bystander(maker);
  return { facts: maker.facts, changes: maker.changes, rules: maker.rules, silent: { reference: [], mirror: ['tls'] } };
}

const stories = [...known, ...both, ...meant, ...traps, ...never, ...unknown];

function ordinary(maker: Maker, service: string, facet: Facet, index: number): void {
  const value = `${facet}-${whole(maker.random, 1, 999)}`;
  const key = `${facet.toUpperCase()}_ORDINARY_${index}`;
  const steps = { reference: [since(value)], mirror: [since(value)] };
  maker.facts.push(fact(service, facet, key, steps, null, 'equal'));
}

/** Written in another way, and the same by the published rules. */
const alike: readonly (readonly [Facet, string, FactValue, FactValue])[] = [
  ['config', 'allowed_hosts', ['a', 'b'], ['b', 'a']],
  ['config', 'retries', '3', 3],
  ['config', 'debug', 'true', true],
  ['config', 'deadline', '30s', '30000ms'],
  ['env', 'OPTIONS', '{"a":1,"b":2}', '{"b":2,"a":1}'],
  ['env', 'EMPTY', '', null],
  ['infrastructure', 'limits.cpu', '100m', '0.1'],
  ['infrastructure', 'limits.memory', '1Gi', '1073741824'],
  ['infrastructure', 'metadata.resourceVersion', '812', '99'],
  ['database', 'setting:jit', 'on', 'true'],
  ['package', 'left-pad', '3', 3],
];

function noise(maker: Maker): void {
  const { random } = maker;
  maker.counter += 1;
  const [facet, name, one, other] = pick(random, alike);
  const object = facet === 'database' ? '' : `noise-${maker.counter}.yaml:`;
  const steps = { reference: [since(one)], mirror: [since(other)] };
  const service = facet === 'database' ? `service-noise-${maker.counter}` : pick(random, maker.services);
  maker.facts.push(fact(service, facet, `${object}${name}`, steps, null, `written in another way: ${name}`));
}

function movedAlike(maker: Maker): void {
  const { key, service, old, later, at } = fresh(maker);
  const steps = {
    reference: [since(old), { at, value: later }],
    mirror: [since(old), { at: new Date(at.getTime() - hour), value: later }],
  };
  maker.facts.push(fact(service, 'env', key, steps, null, 'moved in both'));
}

function bystander(maker: Maker): void {
  const { random } = maker;
  const service = pick(random, maker.services);
  const [environment, at] = [pair[pick(random, sides)], ago(between(random, 3, days * 24))];
  if (chance(random, 0.5)) deploy(maker, service, environment, at);
  else
    change(
      maker,
      'config',
      { service, environment, after: { [`BYSTANDER_${whole(random, 1, 999)}`]: hex(random, 4) } },
      at,
    );
}
