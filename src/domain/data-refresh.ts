import type { Change } from './change.ts';

const always = /\b(?:anonymi[sz]|sanitis|sanitiz|pseudonymi[sz]|pg_restore|pg_dump)/i;
const verb = /\b(?:refresh|restor|reload|cop(?:y|ied)|clon|re-?seed|re-?import|dump)/i;
const data = /\b(?:data|database|db|dumps?|backups?|snapshots?|cop(?:y|ied) (?:of|from) prod)/i;

/** Whether a maintenance brought the data of another environment: `Staging data refreshed`, `Restored a dump`. */
export function refreshesData({ kind, status, title, reason, details }: Change): boolean {
  if (kind !== 'maintenance' || (status !== null && status !== 'succeeded')) return false;
  const said = [title, reason ?? '', ...Object.values(details)].filter((each) => typeof each === 'string');
  return said.some((each) => always.test(each) || (verb.test(each) && data.test(each)));
}
