import { type Random, chance, pick, pickShare, sample, whole } from './random.ts';

/** How the services of a team depend on each other. */
export const topologies = {
  /** Six services of a small shop. */
  shop: 0.08,
  /** Thirty in four layers, each calling one to three of the next. */
  layered: 0.18,
  /** Eighteen around one gateway and one database. */
  star: 0.1,
  /** Three chains of five calls. */
  chains: 0.07,
  /** One that does most, and eight satellites. */
  monolith: 0.07,
  /** A hundred and fifty, most calling a few that everybody needs. */
  microservices: 0.5,
} as const;
export type Topology = keyof typeof topologies;

export interface Team {
  readonly topology: Topology;
  readonly services: readonly string[];
  /** What each service calls. */
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
  /** What customers reach: nobody else calls them. */
  readonly fronts: readonly string[];
  readonly people: readonly string[];
}

export function teamOf(random: Random): Team {
  const topology = pickShare(random, topologies);
  const { services, dependsOn } = makers[topology](random);
  const called = new Set([...dependsOn.values()].flat());
  const people = Math.min(60, 4 + services.length);
  return {
    topology,
    services,
    dependsOn,
    fronts: services.filter((service) => !called.has(service)),
    people: Array.from({ length: people }, (_, index) => `dev-${index + 1}`),
  };
}

/** Who calls a service, directly or through others, and over how many calls at the least. At most three. */
export function callersOf({ dependsOn }: Team, service: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let reached: readonly string[] = [service];
  for (let hops = 1; hops <= 3; hops += 1) {
    const before = new Set(reached);
    reached = [...dependsOn]
      .filter(([caller, calls]) => caller !== service && !found.has(caller) && calls.some((each) => before.has(each)))
      .map(([caller]) => caller);
    for (const caller of reached) found.set(caller, hops);
  }
  return found;
}

type Calls = Pick<Team, 'services' | 'dependsOn'>;

const makers: Readonly<Record<Topology, (random: Random) => Calls>> = {
  shop: () =>
    calls([
      ['web', ['catalog', 'cart', 'checkout']],
      ['catalog', []],
      ['cart', ['catalog']],
      ['checkout', ['cart', 'payments', 'mailer']],
      ['payments', []],
      ['mailer', []],
    ]),
  layered: (random) => {
    const names = namesOf(random, 30);
    const layers = [names.slice(0, 4), names.slice(4, 14), names.slice(14, 24), names.slice(24)];
    return calls(
      layers.flatMap((layer, depth) =>
        layer.map((name) => [name, some(random, layers[depth + 1] ?? [], whole(random, 1, 3))] as const),
      ),
    );
  },
  star: (random) => {
    const names = namesOf(random, 18);
    const arms = names.map(
      (name, index) => [name, ['postgres', ...some(random, names.slice(index + 1), whole(random, 0, 1))]] as const,
    );
    return calls([['gateway', names], ...arms, ['postgres', []]]);
  },
  chains: (random) => {
    const names = namesOf(random, 15);
    return calls(names.map((name, index) => [name, index % 5 === 4 ? [] : names.slice(index + 1, index + 2)] as const));
  },
  monolith: (random) => {
    const names = namesOf(random, 8);
    const [before, behind] = [names.slice(0, 2), names.slice(2)];
    return calls([
      ...before.map((name) => [name, ['monolith']] as const),
      ['monolith', behind],
      ...behind.map((name) => [name, []] as const),
    ]);
  },
  microservices: (random) => {
    const names = namesOf(random, 150);
    const platform = names.slice(-12);
    return calls(
      names.map((name, index) => {
        const near = some(random, names.slice(index + 1, index + 40), whole(random, 0, 2));
        const common = index < 138 && chance(random, 0.5) ? [pick(random, platform)] : [];
        return [name, [...new Set([...near, ...common])]] as const;
      }),
    );
  },
};

function calls(pairs: readonly (readonly [string, readonly string[]])[]): Calls {
  return { services: pairs.map(([name]) => name), dependsOn: new Map(pairs) };
}

function some(random: Random, names: readonly string[], count: number): readonly string[] {
  return sample(random, names, count);
}

const subjects =
  'account address basket billing booking campaign card catalog checkout content coupon courier credit customer delivery discount document export feed fraud gift image import inventory invoice ledger listing location login loyalty mail media menu message offer order partner payment photo price product profile quote rating receipt recommend refund report return review reward route search seller session shipping stock subscription supplier tax ticket user video voucher wallet warehouse wishlist';
const roles = ['', '', '-api', '-worker', '-store', '-gateway', '-sync'];

function namesOf(random: Random, count: number): readonly string[] {
  const names = new Set<string>();
  while (names.size < count) names.add(`${pick(random, subjects.split(' '))}${pick(random, roles)}`);
  return [...names];
}
