import { outsideText } from '../domain/outside-text.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { type Override, keepOverride, overrideHolds } from '../timeline/overrides.ts';
import type { GateQuestion } from './gate-check.ts';
import type { GateDependencies } from './gate.ts';
import { versionOf } from './gate-version.ts';

/** The commit is looked up for so long: without it, the version is known by its name. */
const patience = 10_000;

/** Keeps why a version will be deployed though a rule speaks against it: the gate lets it pass for four hours. */
export async function overrideGate(
  dependencies: GateDependencies,
  question: GateQuestion,
  said: { readonly reason: string; readonly by: string; readonly name: string; readonly token: string },
): Promise<Override> {
  const { db, now } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  const git = dependencies.git === null ? null : { ...dependencies.git, signal: AbortSignal.timeout(patience) };
  const { commit } = await versionOf({ db, catalog, git }, question);
  const at = now();
  const kept = await keepOverride(db, {
    change_id: null,
    rule: null,
    freeze_name: null,
    ...question,
    commit,
    reason: said.reason,
    said_by: outsideText(said.by, 200) ?? 'somebody',
    said_name: outsideText(said.name, 200) ?? 'somebody',
    said_at: at,
    token: outsideText(said.token, 200) ?? null,
    valid_until: new Date(at.getTime() + overrideHolds),
  });
  if (kept === null) throw new Error('an override of a version is one of many');
  return kept;
}
