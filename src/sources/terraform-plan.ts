import { firstCodePoints } from '../domain/outside-text.ts';
import { isObject } from './reading/json.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';
import { concealPlan } from './terraform-plan/conceal-plan.ts';
import { PlanContext } from './terraform-plan/plan-context.ts';
import { readPlan } from './terraform-plan/read-plan.ts';

/** What a header tells of a plan sent as it is; a plan in a wrapper has these as fields beside it. */
const fields = [
  'workspace',
  'environment',
  'service',
  'phase',
  'run',
  'commit',
  'repository',
  'url',
  'actor',
  'finished_at',
] as const;

/** `terraform show -json` or `tofu show -json` of a plan, as it is or as `plan` of a wrapper that says more about it. */
export const terraformPlan: SourceDefinition = {
  name: 'terraform-plan',
  title: 'Terraform plan',
  authentication: [{ by: 'secret', inPath: false }],
  headers: fields.map(headerOf),
  conceal: (body, conceal) =>
    isObject(body) && isObject(body['plan'])
      ? { ...body, plan: concealPlan(body['plan'], conceal) }
      : concealPlan(body, conceal),
  deliveryKey: () => null,
  parse,
};

function headerOf(field: (typeof fields)[number]): string {
  return `x-terraform-${field.replace('_', '-')}`;
}

function parse({ headers, body, receivedAt, catalog }: Message): Parsed {
  const wrapper = isObject(body) && 'plan' in body ? body : { plan: body };
  const given = Object.fromEntries(fields.map((field) => [field, own(wrapper, field) ?? headers[headerOf(field)]]));
  const context = PlanContext.safeParse(given);
  if (context.success) return readPlan(wrapper.plan, { ...context.data, receivedAt, catalog });
  const wrong = [...new Set(context.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))];
  return { outcome: 'malformed', error: firstCodePoints(wrong.slice(0, 3).join('; '), 500), notWhatItSends: false };
}

function own(object: object, field: string): unknown {
  return Object.getOwnPropertyDescriptor(object, field)?.value;
}
