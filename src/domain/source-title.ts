/** Sources whose name for people is not their name with a capital. */
const titles: ReadonlyMap<string, string> = new Map([
  ['github', 'GitHub'],
  ['gitlab', 'GitLab'],
  ['argocd', 'Argo CD'],
  ['argo-rollouts', 'Argo Rollouts'],
  ['terraform', 'HCP Terraform'],
  ['terraform-plan', 'Terraform plan'],
  ['kubernetes-audit', 'Kubernetes audit log'],
  ['launchdarkly', 'LaunchDarkly'],
  ['pagerduty', 'PagerDuty'],
  ['incidentio', 'incident.io'],
  ['circleci', 'CircleCI'],
  ['azuredevops', 'Azure DevOps'],
  ['aws', 'AWS'],
  ['api', 'API'],
  ['cloudevents', 'CloudEvents'],
]);

/** What people call a source: `Argo CD` for `argocd`. */
export function sourceTitle(name: string): string {
  return titles.get(name) ?? name.charAt(0).toUpperCase() + name.slice(1);
}
