import { pathMatcher } from '../path-matcher.ts';
import { destructiveMigration } from './destructive-migration.ts';
import { destructivePlan } from './destructive-plan.ts';
import { directPush } from './direct-push.ts';
import { flagWithoutReason } from './flag-without-reason.ts';
import { forcedPush } from './forced-push.ts';
import { freeze } from './freeze.ts';
import { manualChange } from './manual-change.ts';
import { mixedMigration } from './mixed-migration.ts';
import type { ChangeFacts, ChangeRule, Finding, RuleName, RuleSetting } from './rule.ts';
import { skippedStaging } from './skipped-staging.ts';
import { staleApproval } from './stale-approval.ts';
import { unreviewed } from './unreviewed.ts';
import { releaseWindow } from './window.ts';

/** Every rule, in the order in which what they find should be read. */
export const changeRules: readonly ChangeRule[] = [
  destructivePlan,
  destructiveMigration,
  forcedPush,
  directPush,
  unreviewed,
  staleApproval,
  mixedMigration,
  manualChange,
  flagWithoutReason,
  freeze,
  releaseWindow,
  skippedStaging,
];

/** How every rule is meant here. */
export type RuleSettings = Readonly<Record<RuleName, RuleSetting>>;

/** As the rules are where the settings say nothing. */
export const usualRules: RuleSettings = Object.fromEntries(
  changeRules.map((rule) => [rule.name, rule.default]),
) as RuleSettings;

const ofEvents = changeRules.filter(({ needs }) => needs === 'events');
const ofHistory = changeRules.filter(({ needs }) => needs === 'history');

/** What the rules find by what its events say. */
export function eventFindings(facts: ChangeFacts, settings: RuleSettings): readonly Finding[] {
  return findings(ofEvents, facts, settings);
}

/** What they find by what the settings and the history say. */
export function historyFindings(facts: ChangeFacts, settings: RuleSettings): readonly Finding[] {
  return findings(ofHistory, facts, settings);
}

/** Which rule has found this, and how it is meant. Null: no rule finds risks of this name. */
export function ruleBehind(
  name: Finding['name'],
  settings: RuleSettings,
): { readonly rule: ChangeRule; readonly setting: RuleSetting } | null {
  const rule = changeRules.find(({ finds }) => finds.includes(name));
  return rule === undefined ? null : { rule, setting: settings[rule.name] };
}

function findings(rules: readonly ChangeRule[], facts: ChangeFacts, settings: RuleSettings): readonly Finding[] {
  const found: Finding[] = [];
  for (const rule of rules) {
    const setting = settings[rule.name];
    if (!holdsFor(setting, facts)) continue;
    const finding = rule.evaluate(facts, setting.tuning);
    if (finding !== null) found.push(finding);
  }
  return found;
}

/** Whether a rule is on for what a change is about. */
export function holdsFor(
  { on, environments, exceptServices }: RuleSetting,
  { environment, services }: Pick<ChangeFacts, 'environment' | 'services'>,
): boolean {
  if (!on) return false;
  if (environment !== null && environments.length > 0 && !environments.includes(environment)) return false;
  if (exceptServices.length === 0 || services.length === 0) return true;
  const isExcepted = pathMatcher(exceptServices);
  return !services.every((service) => isExcepted(service));
}
