import type { Backport } from '../backports/backport.ts';
import { isMigrationPath } from '../schema-migration.ts';
import { shorten } from '../shorten.ts';
import type { Severity } from '../signal.ts';
import type { NagSeverity } from './nag.ts';

export interface SeverityFacts {
  /** Of the incident that was open when it came, ... */
  readonly incidentSeverity: Severity | null;
  /** ... and whether it fixed that. */
  readonly fixedIncident: boolean;
  /** Of its commits. */
  readonly titles: readonly string[];
  /** That its commits touch. */
  readonly files: readonly string[];
}

export interface Judged {
  readonly severity: NagSeverity;
  /** As the end of a sentence: `it …`. Null where there is nothing special about it. */
  readonly reason: string | null;
}

const security =
  /\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[\da-z]{4}){3}|security|vulnerab(?:le|ilit(?:y|ies))|xss|csrf|ssrf|rce|remote code execution|(?:sql|command|code|template|header) injection|path traversal|(?:privilege|permission) escalation|auth(?:entication|orization|z|n)? bypass|(?:leak(?:s|ed|ing)?|expos(?:es?|ed|ing)) (?:of )?(?:the |a |an )?(?:secrets?|tokens?|credentials?|passwords?))\b/i;

/** A fix whose loss hurts more than others' is told of sooner, and a waiver of it needs a second person. */
export function severityOf(
  { title, fact }: Pick<Backport, 'title' | 'fact'>,
  { incidentSeverity, fixedIncident, titles, files }: SeverityFacts,
): Judged {
  const word = [title, ...titles].map((each) => security.exec(each)?.[0]).find((found) => found !== undefined);
  if (word !== undefined) return high(`is about security: "${word.toLowerCase()}" is in its title`);
  if (fact?.facet === 'schema') return high('is about the database schema');
  const migration = files.find(isMigrationPath);
  if (migration !== undefined) return high(`migrates a database: it touches ${shorten(migration, 100)}`);
  if (incidentSeverity === 'critical' || incidentSeverity === 'error') {
    return high(`${fixedIncident ? 'fixed' : 'came during'} an incident of severity ${incidentSeverity}`);
  }
  return { severity: 'normal', reason: null };
}

function high(reason: string): Judged {
  return { severity: 'high', reason };
}
