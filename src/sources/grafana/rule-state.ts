import { z } from 'zod';
import { outsideText } from '../../domain/outside-text.ts';
import type { State } from '../../domain/signal.ts';
import { defined } from '../reading/defined.ts';
import { WebUrl, text } from '../reading/fields.ts';
import { namesIn } from '../reading/firing-alerts.ts';
import { ignored, reader } from '../reading/reader.ts';
import { labelsOf, severityOf, signalled } from '../reading/signal-fields.ts';

const RuleState = z.object({
  ruleId: z.union([z.number(), z.string()]).transform((id) => outsideText(String(id), 30) ?? ''),
  orgId: z.number().nullish(),
  ruleName: text(300),
  title: text(300),
  ruleUrl: WebUrl,
  state: z.string(),
  tags: z.unknown().optional(),
  evalMatches: z.array(z.object({ tags: z.unknown().optional() }).nullish()).nullish(),
});

const states: ReadonlyMap<string, State> = new Map([
  ['alerting', 'open'],
  ['no_data', 'open'],
  ['ok', 'resolved'],
]);

/**
 * A notification channel of Grafana 7 tells the state of a rule and no time at all, so one that fires again is known by
 * nothing but that we hear it again. Grafana sends these once.
 */
export const readRuleState = reader(RuleState, (rule, { receivedAt }) => {
  if (rule.ruleName === 'Test notification') return { outcome: 'ping' };
  const state = states.get(rule.state);
  if (state === undefined) return ignored(`a rule that is ${rule.state}`);
  const labels = labelsOf({ ...labelsOf(rule.evalMatches?.[0]?.tags), ...labelsOf(rule.tags) });
  const named = namesIn(labels ?? {});
  const name = rule.ruleName ?? rule.title?.replace(/^\[[\w ]+\] (?=.)/, '');
  const host = URL.parse(rule.ruleUrl ?? '')?.host.slice(0, 200) ?? '';
  const subject = `rule:${host}:${rule.orgId ?? 1}:${rule.ruleId}`;
  return signalled([
    {
      key: `grafana:${subject}:${rule.state}:${receivedAt.toISOString()}`,
      source: 'grafana',
      subject,
      state,
      occurredAt: receivedAt.toISOString(),
      clock: 'received',
      ...defined({
        title: rule.state === 'no_data' && name !== undefined ? `No data: ${name}` : name,
        severity: severityOf(labels?.['severity'] ?? labels?.['priority'] ?? labels?.['level']),
        environmentName: named.environment,
        serviceName: named.service,
        url: rule.ruleUrl,
        labels,
      }),
    },
  ]);
});
