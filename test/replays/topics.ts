/** What a change is about, and what people see when it goes wrong. Few words of the two are the same, as in life. */
export interface Topic {
  /** As its author writes it. */
  readonly did: string;
  /** The setting or flag, or the object of the infrastructure or schema. */
  readonly key: string;
  readonly before: string;
  readonly after: string;
  /** As somebody in the incident writes it. */
  readonly hurts: string;
}

const topic = (did: string, key: string, before: string, after: string, hurts: string): Topic => ({
  did,
  key,
  before,
  after,
  hurts,
});

/** Of code, of its settings and of its flags. */
export const codeTopics: readonly Topic[] = [
  topic('Retry failed calls', 'retry.max_attempts', '2', '8', 'retry storm, requests multiply'),
  topic('Lower the client timeout', 'http.client_timeout_ms', '3000', '800', 'calls time out'),
  topic('Resize the connection pool', 'db.pool_size', '40', '10', 'connection pool exhausted'),
  topic('Cache responses longer', 'cache.ttl_seconds', '60', '86400', 'stale data shown to customers'),
  topic('Drop the cache of sessions', 'session.cache_enabled', 'true', 'false', 'people are logged out'),
  topic('Show VAT on receipts', 'receipt.show_vat', 'false', 'true', 'wrong totals on receipts'),
  topic('New pricing rules', 'pricing.rules_version', '11', '12', 'prices are zero'),
  topic('Stricter validation of addresses', 'address.strict', 'false', 'true', '422 for valid addresses'),
  topic('Compress images on upload', 'image.quality', '90', '60', 'uploads fail, memory climbs'),
  topic('Sign tokens with the new key', 'auth.signing_key_id', 'k7', 'k8', '401 for signed-in users'),
  topic('Parallel export of invoices', 'export.workers', '4', '64', 'exports never finish, CPU at 100 %'),
  topic('Limit requests per client', 'rate_limit.per_minute', '600', '60', '429 for ordinary traffic'),
  topic('Page through search results', 'search.page_size', '50', '500', 'search slow, heap exhausted'),
  topic('Batch notifications', 'notify.batch_size', '1', '500', 'queue grows, messages late'),
  topic('New checkout flow', 'checkout.new_flow', 'off', 'on', 'orders drop'),
  topic('Read from the replica', 'db.read_from', 'primary', 'replica', 'changes vanish after saving'),
  topic('Upgrade the HTTP library', 'http.version', '4.9', '5.0', 'connections reset by peer'),
  topic('Log request bodies', 'log.bodies', 'false', 'true', 'disk full'),
  topic('Use the new fraud model', 'fraud.model', '2026-03', '2026-05', 'good payments declined'),
  topic('Tidy up feature switches', 'legacy.switches', 'kept', 'removed', 'TypeError: undefined is not a function'),
  topic('Time zone of reports', 'report.timezone', 'UTC', 'local', 'reports a day off'),
  topic('Default language by browser', 'i18n.by_browser', 'off', 'on', 'pages in the wrong language'),
  topic('Send mails through the new relay', 'mail.relay', 'relay-1', 'relay-2', 'mails bounce'),
  topic('Recommend with embeddings', 'recommend.engine', 'rules', 'vectors', 'product pages slow'),
  topic('Circuit breaker for partners', 'breaker.threshold', '50', '5', 'requests rejected at once'),
  topic('Warm up on start', 'start.warm_up', 'false', 'true', 'pods restart in a loop'),
  topic('Less memory for workers', 'resources.memory', '2Gi', '512Mi', 'OOMKilled'),
  topic('Idempotency keys for orders', 'order.idempotency', 'off', 'on', 'duplicate orders'),
  topic('Delete guests after a day', 'guest.retention', '30d', '1d', 'baskets empty'),
  topic('Move webhooks to the queue', 'webhook.async', 'false', 'true', 'partners get no webhooks'),
];

/** Of what several services stand on; changes of it often name no service. */
export const infrastructureTopics: readonly Topic[] = [
  topic('Instance class of the database', 'aws_db_instance.main', 'r6g.2xlarge', 'r6g.large', 'database CPU at 100 %'),
  topic(
    'Rules of the database security group',
    'aws_security_group.db',
    '10.0.0.0/8',
    '10.1.0.0/16',
    'connection refused',
  ),
  topic('Upgrade nodes of the cluster', 'node_pool.general', '1.31', '1.32', 'pods pending'),
  topic('Upgrade the ingress controller', 'helm_release.ingress', '4.10', '4.11', '502 at the edge'),
  topic(
    'Rotate the wildcard certificate',
    'tls_certificate.wildcard',
    'expires May',
    'expires August',
    'TLS handshake errors',
  ),
  topic('Shards of the cache cluster', 'aws_elasticache.sessions', '6', '3', 'cache misses, evictions'),
  topic('Partitions of the broker', 'kafka_topic.events', '24', '48', 'consumers rebalance'),
  topic('Name servers of the cluster', 'coredns.forward', '10.0.0.2', '10.0.0.3', 'names do not resolve'),
  topic('Routes between networks', 'aws_route.peering', 'pcx-1', 'pcx-2', 'packets lost between zones'),
  topic('Limits of the load balancer', 'lb.idle_timeout', '300', '30', 'long requests cut off'),
  topic('Policy of the bucket', 'aws_s3_bucket.assets', 'public-read', 'private', '403 for images'),
  topic('Autoscaling bounds', 'autoscaler.max', '40', '12', 'capacity exhausted at the peak'),
  topic('Role of the workers', 'aws_iam_role.worker', 'v4', 'v5', 'access denied'),
  topic('Version of the service mesh', 'helm_release.mesh', '1.22', '1.23', 'upstream connect errors'),
];

export const schemaTopics: readonly Topic[] = [
  topic('add index on customer_id', 'orders.customer_id', 'none', 'btree', 'lock timeouts'),
  topic('make email not null', 'accounts.email', 'null', 'not null', 'inserts fail'),
  topic('rename total to amount', 'invoices.total', 'total', 'amount', 'column does not exist'),
  topic('drop the legacy table', 'legacy_carts', 'there', 'dropped', 'relation does not exist'),
  topic('change id to bigint', 'events.id', 'int', 'bigint', 'queries wait for a lock'),
  topic('backfill currency', 'payments.currency', 'null', 'EUR', 'database I/O saturated'),
  topic('add foreign key to sessions', 'sessions.account_id', 'none', 'foreign key', 'deadlocks detected'),
];

/** What no change of the team brings about: users, other companies and hardware. */
export const outsideTroubles: readonly string[] = [
  'payment provider answers 503',
  'traffic five times the usual after a TV spot',
  'node lost, hardware failure',
  'cloud region reports network problems',
  'partner changed its API without notice',
  'crawler sends thousands of requests',
  'mail provider rejects us',
  'CDN of the vendor is down',
];
