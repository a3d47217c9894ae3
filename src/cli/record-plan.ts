import { readFile } from 'node:fs/promises';
import { text as textOfStream } from 'node:stream/consumers';
import { resolve } from 'node:path';
import { type Conceal, withoutSecrets } from '../domain/secrets.ts';
import { isObject, parseJson } from '../sources/reading/json.ts';
import { terraformPlan } from '../sources/terraform-plan.ts';

export type PlanRead =
  | { readonly outcome: 'plan'; readonly plan: Readonly<Record<string, unknown>> }
  | { readonly outcome: 'refused'; readonly reason: string };

/** What `terraform show -json` or `tofu show -json` wrote; `-` is standard input. */
export async function readPlanFile(file: string, directory: string | undefined): Promise<PlanRead> {
  let text: string;
  try {
    text = file === '-' ? await textOfStream(process.stdin) : await readFile(resolve(directory ?? '', file), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { outcome: 'refused', reason: `${file} cannot be read (${code})` };
  }
  const plan = parseJson(text);
  if (isObject(plan) && typeof plan['format_version'] === 'string') return { outcome: 'plan', plan };
  return { outcome: 'refused', reason: `${file} is not what \`show -json\` writes of a plan` };
}

/** What a change is read from: a plan with its whole state and configuration can be larger than is taken. */
const needed = [
  'format_version',
  'terraform_version',
  'timestamp',
  'errored',
  'resource_changes',
  'resource_drift',
  'output_changes',
] as const;

/** What may leave this machine: no value that the plan calls sensitive, and no more of it than is needed. */
export function planToSend(plan: Readonly<Record<string, unknown>>): unknown {
  const conceal: Conceal = () => '‹secret›';
  const concealed = withoutSecrets(terraformPlan.conceal?.(plan, conceal) ?? null, conceal);
  if (!isObject(concealed)) return null;
  // Of format 0.1 the outputs before tell which of them change.
  const old = String(plan['format_version']).startsWith('0.1') ? ['prior_state'] : [];
  return Object.fromEntries(
    [...needed, ...old].flatMap((name) => (name in concealed ? [[name, concealed[name]]] : [])),
  );
}
