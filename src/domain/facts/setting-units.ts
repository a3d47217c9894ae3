import type { FactValue } from './fact.ts';
import { type Place, lastName } from './place.ts';
import { isObject } from './written.ts';

/** In which unit PostgreSQL counts a setting whose number has none. */
export const settingUnits: Readonly<Record<string, readonly string[]>> = {
  '8kB': [
    'shared_buffers',
    'effective_cache_size',
    'temp_buffers',
    'wal_buffers',
    'min_parallel_table_scan_size',
    'min_parallel_index_scan_size',
    'backend_flush_after',
    'bgwriter_flush_after',
    'checkpoint_flush_after',
    'wal_writer_flush_after',
  ],
  kB: [
    'work_mem',
    'maintenance_work_mem',
    'autovacuum_work_mem',
    'logical_decoding_work_mem',
    'max_stack_depth',
    'temp_file_limit',
    'wal_skip_threshold',
    'gin_pending_list_limit',
    'vacuum_buffer_usage_limit',
    'log_rotation_size',
  ],
  MB: ['max_wal_size', 'min_wal_size', 'wal_keep_size', 'max_slot_wal_keep_size', 'min_dynamic_shared_memory'],
  ms: [
    'statement_timeout',
    'lock_timeout',
    'idle_in_transaction_session_timeout',
    'idle_session_timeout',
    'transaction_timeout',
    'deadlock_timeout',
    'log_min_duration_statement',
    'log_min_duration_sample',
    'log_autovacuum_min_duration',
    'max_standby_streaming_delay',
    'max_standby_archive_delay',
    'wal_receiver_timeout',
    'wal_sender_timeout',
    'wal_retrieve_retry_interval',
    'wal_writer_delay',
    'bgwriter_delay',
    'autovacuum_vacuum_cost_delay',
    'vacuum_cost_delay',
    'recovery_min_apply_delay',
  ],
  s: [
    'checkpoint_timeout',
    'checkpoint_warning',
    'archive_timeout',
    'autovacuum_naptime',
    'authentication_timeout',
    'tcp_keepalives_idle',
    'tcp_keepalives_interval',
    'wal_receiver_status_interval',
  ],
  min: ['log_rotation_age'],
};

const unitOfSetting = new Map(
  Object.entries(settingUnits).flatMap(([unit, names]) => names.map((name) => [name, unit] as const)),
);

const bytes: Readonly<Record<string, number>> = { B: 1, kB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };
const microseconds: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1000,
  s: 1_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** `67108864B` of a `shared_buffers` of `64MB`, 8192, `8192` and of 8192 with the unit `8kB`; null: has no unit. */
export function settingOf(value: FactValue, place: Place): string | null {
  const asked = isObject(value) ? (value['setting'] ?? value['value']) : value;
  const own = isObject(value) && typeof value['unit'] === 'string' ? value['unit'] : undefined;
  if (isObject(value) && (own === undefined || Object.keys(value).length !== 2)) return null;
  if (typeof asked !== 'string' && typeof asked !== 'number') return null;
  const match = /^(\d{1,15}(?:\.\d{1,6})?) ?(B|kB|MB|GB|TB|us|ms|s|min|h|d)?$/.exec(String(asked));
  const counted = unitOfSetting.get(lastName(place).toLowerCase());
  if (counted === undefined && place.names[0] !== 'setting') return null;
  const unit = match?.[2] ?? own ?? counted;
  if (match === null || unit === undefined) return null;
  const [, pages = '1', base = ''] = /^(\d{1,5})?([A-Za-z]{1,3})$/.exec(unit) ?? [];
  const size = bytes[base];
  const factor = size ?? microseconds[base];
  if (factor === undefined) return null;
  const amount = Number(match[1]) * Number(pages) * factor;
  return Number.isSafeInteger(amount) ? `${amount}${size === undefined ? 'us' : 'B'}` : null;
}
