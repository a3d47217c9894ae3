import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import { type BackportRule, backportRules } from '../../domain/backports/backport.ts';

export interface RuleRate {
  readonly rule: BackportRule;
  /** Of how many backports people were told. */
  readonly told: number;
  /** Of how many of these somebody said that it was not useful. */
  readonly useless: number;
  /** Nobody is told of what it finds any more: it is listed. */
  readonly demoted: boolean;
}

const window = '90 days';
/** Of fewer, one opinion says too little. */
const fewest = 10;
const mostUseless = 0.1;

/** How useful what each rule found was to people, of the last 90 days. */
export async function ruleRates(db: Kysely<Schema>, now: Date): Promise<readonly RuleRate[]> {
  const { rows } = await sql<{ rule: BackportRule; told: number; useless: number }>`
    select rule, count(*)::int as told, count(*) filter (where exists (
        select from backport_decisions
        where backport_id = backports.id and kind = 'useless' and at > ${now}::timestamptz - ${window}::interval
      ))::int as useless
    from backports
    where id in (select backport_id from nag_steps where told_at > ${now}::timestamptz - ${window}::interval)
    group by rule
  `.execute(db);
  return backportRules.map((rule) => {
    const { told = 0, useless = 0 } = rows.find((each) => each.rule === rule) ?? {};
    return { rule, told, useless, demoted: told >= fewest && useless / told > mostUseless };
  });
}
