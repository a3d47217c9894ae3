import type { InputBlock, MultiExternalSelect, MultiStaticSelect } from '@slack/types';
import type { Vocabulary } from '../../domain/question.ts';
import { type Severity, severities } from '../../domain/signal.ts';
import { field, mostOptions, optionOf, plain, textInput } from './field.ts';

const severityMeaning: Readonly<Record<Severity, string>> = {
  critical: 'SEV1: people cannot do what they came for',
  error: 'SEV2: many are hindered, or something breaks now and then',
  warning: 'SEV3: few are hindered, or it will get worse',
  info: 'SEV4: nobody is hindered',
};

export function titleField(title: string): InputBlock {
  return field(
    'title',
    { label: 'What is wrong?', hint: 'As people see it; its words help to find the cause.', optional: false },
    textInput({ value: title, placeholder: 'Payments fail at checkout', most: 500 }),
  );
}

export function severityField(severity: Severity | null): InputBlock {
  const options = severities.flatMap((each) => optionOf(each, each, severityMeaning[each]) ?? []);
  const initial = options.find(({ value }) => value === severity);
  return field(
    'severity',
    { label: 'How severe?' },
    {
      type: 'static_select',
      placeholder: plain('Not known'),
      options,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  );
}

/** Null: no environment is known. */
export function environmentField(environment: string | null, { environments }: Vocabulary): InputBlock | null {
  const names = [...new Set([...environments.values(), ...(environment === null ? [] : [environment])])].toSorted();
  const options = names.flatMap((name) => optionOf(name, name) ?? []).slice(0, mostOptions);
  if (options.length === 0) return null;
  const initial = options.find(({ value }) => value === environment);
  return field(
    'environment',
    { label: 'In which environment?' },
    {
      type: 'static_select',
      placeholder: plain('Not known'),
      options,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  );
}

export function servicesField(services: readonly string[], vocabulary: Vocabulary): InputBlock {
  return field(
    servicesFieldName,
    {
      label: 'Which services are affected?',
      hint: 'Changes of these, and of what they depend on, are suspected first.',
    },
    servicesMenu(services, vocabulary),
  );
}

/** Asked for while somebody types where there are more services than a menu holds. `none`: what it is to choose none. */
export function servicesMenu(
  services: readonly string[],
  vocabulary: Vocabulary,
  none = 'Not known',
): Omit<MultiStaticSelect, 'action_id'> | Omit<MultiExternalSelect, 'action_id'> {
  const initial = services.flatMap((name) => optionOf(name, name) ?? []);
  const chosen = initial.length === 0 ? {} : { initial_options: initial };
  const names = [...new Set([...knownServices(vocabulary), ...services])].toSorted();
  const options = names.flatMap((name) => optionOf(name, name) ?? []);
  if (options.length > 0 && options.length <= mostOptions) {
    return { type: 'multi_static_select', placeholder: plain(none), options, ...chosen };
  }
  return { type: 'multi_external_select', placeholder: plain('Type a name'), min_query_length: 0, ...chosen };
}

/** Its options are asked for by this name where there are many. */
export const servicesFieldName = 'incident_services_field';

export function knownServices({ services }: Vocabulary): readonly string[] {
  return [...new Set(services.values())].toSorted();
}

/** In whole minutes, as the element has it, in the time zone of who looks. */
export function beginningField(startedAt: Date): InputBlock {
  return field(
    'start',
    { label: 'When did it begin?', hint: 'Your time. Changes after that are not suspected.', optional: false },
    { type: 'datetimepicker', initial_date_time: secondsOf(startedAt) },
  );
}

/** Of the minute that the element shows; it takes ten digits. */
export function secondsOf(at: Date): number {
  const minute = Math.floor(at.getTime() / 60_000) * 60;
  return Math.min(Math.max(minute, 1_000_000_020), 9_999_999_960);
}
