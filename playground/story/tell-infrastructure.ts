import { minutesBefore, owner } from './day.ts';
import type { ApplyStep, DriftStep } from './surroundings.ts';
import { systemDelivery, type SystemDelivery, type Telling } from './telling.ts';

/** The notifications of one run, as HCP Terraform sends those of `Run Events: All events`. */
export function tellApply(telling: Telling, step: ApplyStep): readonly SystemDelivery[] {
  const { workspace, message, by, confirmedBy, created, at, took } = step;
  const id = idOf('run', telling);
  const workspaceId = idOf('ws', telling);
  const notification = idOf('nc', telling);
  const stages = [
    { when: created, message: 'Run Created', trigger: 'run:created', status: 'pending', by },
    { when: created - 1, message: 'Run Needs Attention', trigger: 'run:needs_attention', status: 'planned', by: null },
    { when: at, message: 'Run Applying', trigger: 'run:applying', status: 'applying', by: confirmedBy },
    { when: at - took, message: 'Run Applied', trigger: 'run:completed', status: 'applied', by: null },
  ];
  return stages.map((stage) => {
    const when = minutesBefore(telling.now, stage.when);
    return systemDelivery('terraform', when, {
      payload_version: 1,
      notification_configuration_id: notification,
      run_url: `https://app.terraform.io/app/${owner}/${workspace}/runs/${id}`,
      run_id: id,
      run_message: message,
      run_created_at: minutesBefore(telling.now, created).toISOString(),
      run_created_by: by,
      workspace_id: workspaceId,
      workspace_name: workspace,
      organization_name: owner,
      notifications: [
        {
          message: stage.message,
          trigger: stage.trigger,
          run_status: stage.status,
          run_updated_at: when.toISOString(),
          run_updated_by: stage.by,
        },
      ],
    });
  });
}

export function tellDrift(telling: Telling, { workspace, drifted, of, at: minutes }: DriftStep): SystemDelivery {
  const at = minutesBefore(telling.now, minutes);
  const notification = idOf('nc', telling);
  const result = (when: Date, resources: number) => {
    const id = idOf('asmtres', telling);
    return {
      id,
      url: `https://app.terraform.io/api/v2/assessment-results/${id}`,
      succeeded: true,
      drifted: resources > 0,
      all_checks_succeeded: true,
      resources_drifted: resources,
      resources_undrifted: of - resources,
      checks_passed: 0,
      checks_failed: 0,
      checks_errored: 0,
      checks_unknown: 0,
      created_at: when.toISOString(),
    };
  };
  return systemDelivery('terraform', at, {
    payload_version: '2',
    notification_configuration_id: notification,
    notification_configuration_url: `https://app.terraform.io/api/v2/notification-configurations/${notification}`,
    trigger_scope: 'assessment',
    trigger: 'assessment:drifted',
    message: 'Drift Detected',
    details: {
      new_assessment_result: result(at, drifted),
      prior_assessment_result: result(minutesBefore(telling.now, minutes + 24 * 60), 0),
      workspace_id: idOf('ws', telling),
      workspace_name: workspace,
      organization_name: owner,
    },
  });
}

function idOf(type: string, telling: Telling): string {
  return `${type}-${telling.nextId().toString(36).padStart(16, 'Acme')}`;
}
