/** What each measure is, in one sentence for whoever reads the number. docs/measures.md says more. */
export const definitions = {
  deployment_frequency:
    'Deploys per day that went well, each once however many systems reported it; going back to an earlier version is none.',
  lead_time:
    'Median time from when the first commit that a deploy carried was written until the deploy took effect; from when it was merged where the former is not known.',
  change_failure_rate:
    'Share of deploys that a person named as the cause of an incident, that were rolled back, or whose revert was deployed within 7 days.',
  time_to_restore: 'Median time from the onset of an incident until it was resolved, of those resolved in the period.',
  time_to_restore_caused: 'The same, of the incidents of which a person named a change as the cause.',
  rework:
    'Share of deploys and rollbacks that only mend or take back what a deploy of the same service brought in the 7 days before.',
} as const;
