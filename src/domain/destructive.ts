import type { Change } from './change.ts';

/** As Terraform, OpenTofu, Atlantis, Spacelift and Pulumi say how many resources are gone: `2 destroyed`, `1 replaced`. */
const counted = /\b[1-9][\d,]*\s+(?:resources?\s+)?(?:destroyed|deleted|replaced|to destroy|to delete|to replace)\b/i;
/** One resource by its address: `aws_instance.web replaced`. */
const addressed = /[\w\]"]\s(?:destroyed|replaced|to destroy|to replace)\s*$/i;
const commanded =
  /\b(?:terraform|tofu|pulumi|spacelift|terragrunt)\s+destroy\b|\b(?:drop|truncate)\s+(?:table|column|index|database|schema)\b/i;

/** Whether a change takes away, or puts anew, what was there: not to be had back by running it again. */
export function isDestructive({ kind, title, details }: Pick<Change, 'kind' | 'title' | 'details'>): boolean {
  if (kind !== 'infrastructure' && kind !== 'migration') return false;
  if (counted.test(title) || addressed.test(title) || commanded.test(title)) return true;
  return ['delete', 'replace'].some((action) => Array.isArray(details[action]) && details[action].length > 0);
}

const counts = /\b(\d[\d,]*)\s+(?:resources?\s+)?(?:destroyed|deleted|replaced|to destroy|to delete|to replace)\b/gi;

/** How many resources an infrastructure change takes away or puts anew. Null: some, and nobody says how many. */
export function destroyedIn({ title, details }: Pick<Change, 'title' | 'details'>): number | null {
  if (!isDestructive({ kind: 'infrastructure', title, details })) return 0;
  const listed = new Set(
    ['delete', 'replace'].flatMap((action) => (Array.isArray(details[action]) ? details[action] : [])),
  );
  if (listed.size > 0) return listed.size;
  const told = [...title.matchAll(counts)].map(([, count = '']) => Number(count.replaceAll(',', '')));
  if (told.length > 0) return told.reduce((sum, count) => sum + count, 0);
  return addressed.test(title) ? 1 : null;
}
