/** Every system that may report, as in `POST /ingest/:source`. */
export const sourceNames = [
  'github',
  'gitlab',
  'argocd',
  'argo-rollouts',
  'flux',
  'terraform',
  'terraform-plan',
  'atlantis',
  'spacelift',
  'pulumi',
  'ansible',
  'kubernetes-audit',
  'helm',
  'launchdarkly',
  'unleash',
  'flagsmith',
  'pagerduty',
  'alertmanager',
  'grafana',
  'incidentio',
  'sentry',
  'opsgenie',
  'circleci',
  'buildkite',
  'jenkins',
  'vercel',
  'azuredevops',
  'aws',
] as const;
export type SourceName = (typeof sourceNames)[number];

/** `argo-rollouts` → `ARGO_ROLLOUTS_WEBHOOK_SECRET`. */
export function secretVariable(source: string): string {
  return `${source.toUpperCase().replaceAll('-', '_')}_WEBHOOK_SECRET`;
}
