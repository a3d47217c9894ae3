import { definitions } from './definitions.ts';
import type { Figures } from './figures.ts';
import { fewest } from './interval.ts';
import type { Compared, Measured } from './measure.ts';
import type { MeasureReport } from './report.ts';

export function measuresJson(report: MeasureReport) {
  const { window, before, environment, all, services, omitted, teams, notes } = report;
  return {
    window: {
      from: window.from.toISOString(),
      to: window.to.toISOString(),
      understood: window.understood,
      notes: window.notes,
    },
    before: { from: before.from.toISOString(), to: before.to.toISOString() },
    environment,
    definitions,
    all: figuresJson(all),
    services: services.map(({ service, ...figures }) => ({ service, ...figuresJson(figures) })),
    services_left_out: omitted,
    teams: teams.map(({ team, services: owned, ...figures }) => ({ team, services: owned, ...figuresJson(figures) })),
    notes,
  };
}

function figuresJson({ frequency, leadTime, failureRate, restore, restoreCaused, rework }: Figures) {
  return {
    deployment_frequency: { unit: 'per day', ...comparedJson(frequency) },
    lead_time: { unit: 'seconds', ...comparedJson(leadTime, 1000), from_merge: leadTime.fromMerge },
    change_failure_rate: { unit: 'share', ...comparedJson(failureRate), reasons: failureRate.reasons },
    time_to_restore: { unit: 'seconds', ...comparedJson(restore, 1000) },
    time_to_restore_caused: { unit: 'seconds', ...comparedJson(restoreCaused, 1000) },
    rework: { unit: 'share', ...comparedJson(rework), reasons: rework.reasons },
  };
}

function comparedJson(compared: Compared, unit = 1) {
  return { ...measuredJson(compared, unit), before: measuredJson(compared.before, unit), trend: compared.trend };
}

function measuredJson({ value, count, samples, interval }: Measured, unit: number) {
  return {
    value: value === null ? null : value / unit,
    ...(count === null ? {} : { count }),
    samples,
    interval:
      interval === null
        ? null
        : { low: interval.low / unit, high: interval.high / unit, confidence: interval.confidence },
    too_few: samples < fewest,
  };
}
