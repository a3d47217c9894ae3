import { countOf } from '../../domain/change-words.ts';
import type { ParityReport } from '../../domain/comparison/difference.ts';
import type { SlackMessage } from '../send.ts';
import { outside } from './escape.ts';
import { sentences } from './incident-heading.ts';

export function auditIntroduction(day: string): string {
  return `Parity on ${day}: every difference with what justifies it, rules that matched nothing and rules that expire.`;
}

export function renderAudit(reports: readonly ParityReport[]): SlackMessage {
  return sentences(`*The audit is in your direct messages with me*: ${what(reports)}, as Markdown and CSV.`);
}

export function renderNoAudit(reports: readonly ParityReport[], why: string): SlackMessage {
  return sentences(
    `*Slack took no files* (${outside(why, 60)}), so the audit of ${what(reports)} is not here. \`npm run -s sincewhen -- parity audit --format md\` writes it.`,
  );
}

function what(reports: readonly ParityReport[]): string {
  const differences = reports.reduce((sum, report) => sum + report.differences.length, 0);
  return `${countOf(reports.length, 'pair')} and ${countOf(differences, 'difference')}`;
}
