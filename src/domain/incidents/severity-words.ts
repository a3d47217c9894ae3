import { type Severity, severities } from '../signal.ts';

const words: Readonly<Record<Severity, readonly string[]>> = {
  critical: ['crit', 'urgent', 'outage', 'highest', 'emergency', 'down'],
  error: ['major', 'high'],
  warning: ['warn', 'minor', 'medium', 'moderate'],
  info: ['low', 'lowest', 'information', 'notice', 'none'],
};

/** `critical`, `SEV1`, `p2`, `major`. Null: it names none. */
export function severityNamed(text: string): Severity | null {
  const word = text.trim().toLowerCase();
  const level = /^(?:sev(?:erity)?|p|prio(?:rity)?|s)?[\s-]*([1-5])$/.exec(word)?.[1];
  if (level !== undefined) return severities[Math.min(Number(level), severities.length) - 1] ?? null;
  return severities.find((severity) => severity === word || words[severity].includes(word)) ?? null;
}
