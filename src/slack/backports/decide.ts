import type { Decision } from '../../domain/backports/decision.ts';
import type { SlackContext } from '../context.ts';
import type { Decided } from './port.ts';

/** Keeps what a person says; its message follows within seconds. */
export async function decided(
  { backports }: Pick<SlackContext, 'backports'>,
  id: string,
  decision: Decision,
  { id: by, name }: { readonly id: string; readonly name: string },
): Promise<Decided> {
  const said = await backports.decide(id, decision, { id: by, name });
  if (said.outcome === 'done') await backports.follow(id);
  return said;
}
