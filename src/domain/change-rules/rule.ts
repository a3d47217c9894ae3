import { z } from 'zod';
import type { Change } from '../change.ts';
import type { Trait } from '../event.ts';
import type { Freeze } from '../release-rules.ts';
import type { Risk } from '../risk.ts';

export const ruleNames = [
  'destructive-plan',
  'destructive-migration',
  'mixed-migration',
  'forced-push',
  'direct-push',
  'unreviewed',
  'stale-approval',
  'manual-change',
  'flag-without-reason',
  'freeze',
  'window',
  'skipped-staging',
] as const;
export type RuleName = (typeof ruleNames)[number];

/** Why a deploy was made though a freeze or the release window spoke against it. */
export interface OverrideSaid {
  readonly reason: string;
  /** The name of whoever said it. */
  readonly by: string;
}

/** What only the settings and the history say of a change. */
export interface ReleaseFacts {
  /** Those of the settings, and those that incidents opened. */
  readonly freezes: readonly Freeze[];
  /** Whether deploys are expected then. */
  readonly isExpected: (at: Date) => boolean;
  /** Its version was in no mirror of its environment before; `later`: it was deployed to one afterwards. Null: nothing says so. */
  readonly skipped: { readonly mirrors: readonly string[]; readonly later: boolean } | null;
  readonly override: OverrideSaid | null;
}

type Told = Pick<
  Change,
  | 'kind'
  | 'title'
  | 'environment'
  | 'services'
  | 'status'
  | 'occurredAt'
  | 'finishedAt'
  | 'actor'
  | 'reason'
  | 'pullRequest'
  | 'reviews'
  | 'files'
  | 'carried'
  | 'details'
  | 'sources'
>;

/** All that a rule may look at. */
export interface ChangeFacts extends Told {
  readonly traits: ReadonlySet<Trait>;
  /** Null: it was not looked up; rules that need it say nothing. */
  readonly release: ReleaseFacts | null;
}

/** What a rule says of a change. */
export type Finding = Risk;

/** What the gate makes of a finding. */
export const gateSays = ['forbids', 'warns', 'ignores'] as const;
export type GateSays = (typeof gateSays)[number];

/** How a rule is meant here. */
export interface RuleSetting {
  readonly on: boolean;
  readonly gate: GateSays;
  /** Where it holds; empty: everywhere. What is of no environment, as a merge, is not told apart. */
  readonly environments: readonly string[];
  /** Globs of services of which it says nothing. */
  readonly exceptServices: readonly string[];
  /** By the names of the settings. */
  readonly tuning: Readonly<Record<string, unknown>>;
}

export interface ChangeRule {
  readonly name: RuleName;
  /** Of its section in docs/rules.md. */
  readonly title: string;
  /** In one sentence. */
  readonly why: string;
  /** `events`: what its events say is enough. `history`: it needs `release`, and is asked whenever somebody looks. */
  readonly needs: 'events' | 'history';
  /** Names of the risks that it finds. */
  readonly finds: readonly Risk['name'][];
  readonly default: RuleSetting;
  /** Of `rules.<name>` in the settings, beside what every rule has. */
  readonly tuning: z.ZodRawShape;
  evaluate(facts: ChangeFacts, tuning?: RuleSetting['tuning']): Finding | null;
}

interface Definition<Tuning extends z.ZodRawShape> extends Pick<ChangeRule, 'name' | 'title' | 'why' | 'finds'> {
  readonly needs?: ChangeRule['needs'];
  readonly gate?: GateSays;
  readonly on?: boolean;
  /** Every field with a default. */
  readonly tuning: Tuning;
  readonly evaluate: (facts: ChangeFacts, tuning: z.output<z.ZodObject<Tuning>>) => Finding | null;
}

export function changeRule<Tuning extends z.ZodRawShape>(definition: Definition<Tuning>): ChangeRule {
  const { needs = 'events', gate = 'warns', on = true, evaluate, ...rest } = definition;
  const usual = z.object(definition.tuning).parse({});
  return {
    ...rest,
    needs,
    default: { on, gate, environments: [], exceptServices: [], tuning: usual },
    // Read by its own schema when the settings were.
    evaluate: (facts, tuning) => evaluate(facts, { ...usual, ...tuning }),
  };
}
