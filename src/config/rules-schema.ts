import { z } from 'zod';
import { changeRules } from '../domain/change-rules/registry.ts';
import { type ChangeRule, type RuleName, gateSays } from '../domain/change-rules/rule.ts';

const Name = z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters');

/** What every rule may be told. */
const common = {
  gate: z.enum(gateSays, `is not one of ${gateSays.join(', ')}`).optional(),
  environments: z.array(Name).max(100).optional(),
  except_services: z.array(Name).max(500).default([]),
};
const Common = z.strictObject(common);
type Tuned = z.output<typeof Common> & Readonly<Record<string, unknown>>;

/** YAML reads a bare `on` as text; whoever writes true means it. */
const Switch = z
  .union([z.enum(['on', 'off']), z.boolean()])
  .transform((said) => (said === 'off' || said === false ? 'off' : 'on'));

/**
 * `off`, `on`, or how it is tuned. What is wrong is told at its own place: a union would only say that nothing fits.
 */
function ruleSetting({ tuning }: ChangeRule): z.ZodType<'on' | 'off' | Tuned | undefined> {
  const Tuning = z.strictObject({ ...common, ...tuning });
  return z.unknown().transform((said, context) => {
    if (said === undefined) return undefined;
    if (typeof said !== 'object' || said === null) {
      const switched = Switch.safeParse(said);
      if (switched.success) return switched.data;
      context.addIssue({ code: 'custom', message: 'is neither on nor off, nor a mapping (key: value)' });
      return z.NEVER;
    }
    const tuned = Tuning.safeParse(said, { reportInput: true });
    if (tuned.success) return tuned.data;
    for (const issue of tuned.error.issues) context.addIssue(issue as Parameters<typeof context.addIssue>[0]);
    return z.NEVER;
  });
}

const shape = Object.fromEntries(changeRules.map((rule) => [rule.name, ruleSetting(rule).optional()])) as Record<
  RuleName,
  z.ZodOptional<ReturnType<typeof ruleSetting>>
>;

/** `rules` of the settings: each rule on changes by its name. */
export const RulesSettings = z.strictObject(shape).prefault({});
