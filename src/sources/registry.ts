import type { Catalog } from '../domain/catalog.ts';
import type { Conceal } from '../domain/secrets.ts';
import { alertmanager } from './alertmanager.ts';
import { ansible } from './ansible.ts';
import { argoRollouts } from './argo-rollouts.ts';
import { argocd } from './argocd.ts';
import { atlantis } from './atlantis.ts';
import { aws } from './aws.ts';
import { azuredevops } from './azuredevops.ts';
import { buildkite } from './buildkite.ts';
import { circleci } from './circleci.ts';
import { cloudEvents } from './cloudevents.ts';
import { flagsmith } from './flagsmith.ts';
import { flux } from './flux.ts';
import { api } from './generic-change.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { grafana } from './grafana.ts';
import { helm } from './helm.ts';
import { incidentio } from './incidentio.ts';
import { jenkins } from './jenkins.ts';
import { kubernetesAudit } from './kubernetes-audit.ts';
import { launchdarkly } from './launchdarkly.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { pulumi } from './pulumi.ts';
import { openSource } from './reading/open.ts';
import type { Source, SourceDefinition } from './reading/source.ts';
import { sentry } from './sentry.ts';
import { type MessageRule, slackMessages } from './slack-messages.ts';
import { verification } from './verification.ts';
import { snapshotDrift } from './snapshot-drift.ts';
import { spacelift } from './spacelift.ts';
import { terraformPlan } from './terraform-plan.ts';
import { terraform } from './terraform.ts';
import { unleash } from './unleash.ts';
import { vercel } from './vercel.ts';

/** Every source that this version can read, open or not. */
export const sourceDefinitions: readonly SourceDefinition[] = [
  github,
  gitlab,
  argocd,
  argoRollouts,
  flux,
  terraform,
  terraformPlan,
  atlantis,
  spacelift,
  pulumi,
  ansible,
  kubernetesAudit,
  helm,
  launchdarkly,
  unleash,
  flagsmith,
  pagerduty,
  alertmanager,
  grafana,
  incidentio,
  sentry,
  opsgenie,
  circleci,
  buildkite,
  jenkins,
  vercel,
  azuredevops,
  aws,
];

/** Every source, and whether it has a secret. */
export function sourceStates(
  secrets: ReadonlyMap<string, readonly string[]>,
): readonly { readonly name: string; readonly title: string; readonly open: boolean }[] {
  return sourceDefinitions.map(({ name, title }) => ({ name, title, open: isOpen(secrets, name) }));
}

function isOpen(secrets: ReadonlyMap<string, readonly string[]>, name: string): boolean {
  return (secrets.get(name) ?? []).some((secret) => secret !== '');
}

interface Shared {
  readonly catalog: Catalog;
  readonly conceal: Conceal;
}

/** The sources that have a secret, by name. `secrets` are those of each source by its name. */
export function openSources({
  secrets,
  ...shared
}: Shared & { readonly secrets: ReadonlyMap<string, readonly string[]> }): ReadonlyMap<string, Source> {
  const opened = sourceDefinitions.flatMap((definition) => {
    if (!isOpen(secrets, definition.name)) return [];
    const own = secrets.get(definition.name) ?? [];
    return [[definition.name, openSource(definition, { ...shared, secrets: own })] as const];
  });
  return new Map(opened);
}

/**
 * What reads stored deliveries again: of every source, open or not, and of the doors. None proves anything. Messages
 * from Slack are read by `messageRules`.
 */
export function deliveryReaders({
  messageRules = [],
  ...shared
}: Shared & { readonly messageRules?: readonly MessageRule[] }): ReadonlyMap<string, Pick<Source, 'read'>> {
  const all = [...sourceDefinitions, api, cloudEvents, snapshotDrift, verification, slackMessages(messageRules)].map(
    (definition) => [definition.name, openSource(definition, { ...shared, secrets: [] })] as const,
  );
  return new Map(all);
}
