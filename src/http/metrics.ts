import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface IngestMetrics {
  /** Outcomes: recorded, ping, kept (could not be read), unavailable (not stored), refused (not signed by its source). */
  readonly deliveries: Counter<'source' | 'outcome'>;
}

export interface Metrics extends IngestMetrics {
  /** For the counters of others: `registers: [metrics.registry]`. */
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly failedDeliveries: Gauge;
  readonly ready: Gauge;
  readonly settingsValid: Gauge;
  /** Outcomes: taken (they are in force), refused (those from before are). */
  readonly settingsRead: Counter<'outcome'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'sincewhen_http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.5, 2, 10],
      registers,
    }),
    deliveries: new Counter({
      name: 'sincewhen_deliveries_total',
      help: 'Requests from sources by what became of them.',
      labelNames: ['source', 'outcome'],
      registers,
    }),
    failedDeliveries: new Gauge({
      name: 'sincewhen_failed_deliveries',
      help: 'Deliveries that verified and could not be read: they wait for a replay.',
      registers,
    }),
    ready: new Gauge({ name: 'sincewhen_ready', help: '1 when /readyz answers 200.', registers }),
    settingsValid: new Gauge({
      name: 'sincewhen_settings_valid',
      help: '0 when the settings file says what cannot be taken over: those from before are in force.',
      registers,
    }),
    settingsRead: new Counter({
      name: 'sincewhen_settings_reloads_total',
      help: 'Settings files that were edited while running, by what became of them.',
      labelNames: ['outcome'],
      registers,
    }),
  };
}
