import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { decideBackport } from '../backports/decide.ts';
import { decisionsOf } from '../backports/decisions.ts';
import type { GateCheck, GateQuestion } from '../backports/gate-check.ts';
import { type GateDependencies, gateOf } from '../backports/gate.ts';
import { countHiddenBackports, findBackport, listBackports, unreadablePlaces } from '../backports/list.ts';
import { overrideGate } from '../backports/override-gate.ts';
import { ruleRates } from '../backports/nags/rates.ts';
import { picksOf, pullsOf } from '../backports/pulls/kept.ts';
import type { Schema } from '../database/schema.ts';
import { backportJson, homeJson, wholeBackportJson } from '../domain/backports/json.ts';
import type { PullOpening } from '../domain/by-hand.ts';
import { type Backport, backportStates } from '../domain/backports/backport.ts';
import { isHidden, visibleNames } from '../domain/viewer.ts';
import { plainName } from '../domain/known-names.ts';
import { sayerOf } from '../domain/people/sayer.ts';
import { outsideText } from '../domain/outside-text.ts';
import { isReason } from '../domain/reason.ts';
import type { Vocabulary } from '../domain/question.ts';
import type { People } from '../people/people.ts';
import { problemsOf } from '../sources/generic-change.ts';
import { type ViewerOfToken, authorised } from './authorised.ts';
import { DecisionBody } from './decision-body.ts';
import { bodyOf } from './json-body.ts';

export interface BackportRoutes {
  readonly db: Kysely<Schema>;
  readonly gate: GateDependencies;
  readonly opening: PullOpening;
  /** Who says something. */
  readonly people: Pick<People, 'directoryOf'>;
  readonly vocabulary: () => Promise<Vocabulary>;
  readonly viewerOf: ViewerOfToken;
}

const Name = z
  .string('is missing, or told twice')
  .max(200, 'is longer than 200 characters')
  .refine((name) => name.trim() !== '' && outsideText(name, 200) === name.trim(), 'is no name');
const Reason = z
  .string('is missing')
  .max(1000, 'is longer than 1000 characters')
  .transform((text) => outsideText(text, 1000) ?? '')
  .refine(isReason, 'says nothing');
const State = z.enum(backportStates, `is not one of ${backportStates.join(', ')}`);

const ListQuery = z.object({
  state: z.union([State.transform((state) => [state]), z.array(State).max(20)]).optional(),
  service: Name.optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
});

const bodyLimit = 64 << 10;

const GateQuery = z.object({ service: Name, environment: Name, version: Name });
/** Strict, because a word that is misspelt would be an override without effect. */
const OverrideBody = z.strictObject({
  ...GateQuery.shape,
  reason: Reason,
  /** Who says so, where a program asks for people. */
  by: Name.optional(),
});

export function backportRoutes(
  server: FastifyInstance,
  { db, gate, opening, people, vocabulary, viewerOf }: BackportRoutes,
): void {
  /** A token that names nobody is nobody but itself, also where a person has its name. */
  const sayerIn = async (token: { readonly name: string }, by: string | undefined) =>
    by === undefined
      ? { id: `api:${token.name}`.slice(0, 200), name: token.name }
      : sayerOf(await people.directoryOf({ identities: [by] }), by);

  server.get('/api/backports', async (request, reply) => {
    const token = await authorised(db, request, reply, 'read');
    if (token === null) return reply;
    const viewer = viewerOf(token);
    const query = ListQuery.safeParse(request.query);
    if (!query.success) return reply.code(400).send({ error: problemsOf(query.error) });
    const { state, service, limit } = query.data;
    const named =
      service === undefined ? undefined : nameIn(visibleNames(await vocabulary(), viewer).services, service);
    const found = await listBackports(db, {
      ...(state === undefined ? {} : { states: state }),
      ...(named === undefined ? {} : { service: named }),
      limit,
      hidden: viewer.hidden,
    });
    const unreadable = await unreadablePlaces(db, named ?? null, viewer.hidden);
    const rules = await ruleRates(db, gate.now());
    const ids = found.map(({ id }) => id);
    const [pulls, picks] = [await pullsOf(db, ids), await picksOf(db, ids)];
    const backports = found.map((each) => ({
      ...backportJson(each),
      ...homeJson(each, { pull: pulls.get(each.id), pick: picks.get(each.id) }, opening),
    }));
    const restricted = await countHiddenBackports(db, state, viewer.hidden);
    return reply.send({ backports, unknown: unreadable, rules, restricted });
  });

  server.get<{ Params: { id: string } }>('/api/backports/:id', async (request, reply) => {
    const token = await authorised(db, request, reply, 'read');
    if (token === null) return reply;
    const found = await findBackport(db, request.params.id, viewerOf(token).hidden);
    return found === null ? unknownBackport(reply) : reply.send(await whole(db, found, opening));
  });

  server.patch<{ Params: { id: string } }>('/api/backports/:id', { bodyLimit }, async (request, reply) => {
    const token = await authorised(db, request, reply, 'ingest');
    if (token === null) return reply;
    const found = await findBackport(db, request.params.id, viewerOf(token).hidden);
    if (found === null) return unknownBackport(reply);
    const body = bodyOf(request, DecisionBody);
    if ('error' in body) return reply.code(400).send(body);
    const { decision, by } = body.given;
    const sayer = await sayerIn(token, by);
    const decided = await decideBackport(gate, found.id, decision, sayer);
    if (decided.outcome === 'unknown') return unknownBackport(reply);
    if (decided.outcome === 'refused') return reply.code(409).send({ error: decided.why });
    return reply.send({ ...(await whole(db, decided.backport, opening)), said: decided.said });
  });

  server.post('/api/gate/overrides', { bodyLimit }, async (request, reply) => {
    const token = await authorised(db, request, reply, 'ingest');
    if (token === null) return reply;
    const body = bodyOf(request, OverrideBody);
    if ('error' in body) return reply.code(400).send(body);
    const { reason, by, ...named } = body.given;
    const asked = await questionOf(vocabulary, named);
    if (isHidden(viewerOf(token), [asked.service])) return notShown(reply);
    const sayer = await sayerIn(token, by);
    const { id, at, validUntil } = await overrideGate(gate, asked, {
      reason,
      by: sayer.id,
      name: sayer.name,
      token: token.name,
    });
    return reply.code(201).send({ id, ...asked, reason, by: sayer.name, at, valid_until: validUntil });
  });

  server.get('/api/gate', async (request, reply) => {
    const token = await authorised(db, request, reply, 'read');
    if (token === null) return reply;
    const query = GateQuery.safeParse(request.query);
    if (!query.success) return reply.code(400).send({ error: problemsOf(query.error) });
    const asked = await questionOf(vocabulary, query.data);
    if (isHidden(viewerOf(token), [asked.service])) return notShown(reply);
    const { commit, checks } = await gateOf(gate, asked);
    return reply.send({ ...gateJson(checks), ...asked, commit });
  });
}

async function questionOf(vocabulary: BackportRoutes['vocabulary'], named: GateQuestion): Promise<GateQuestion> {
  const { services, environments } = await vocabulary();
  return {
    service: nameIn(services, named.service),
    environment: nameIn(environments, named.environment),
    version: named.version.trim(),
  };
}

async function whole(db: Kysely<Schema>, backport: Backport, opening: PullOpening) {
  const { id } = backport;
  const [pulls, picks] = [await pullsOf(db, [id]), await picksOf(db, [id])];
  return {
    ...wholeBackportJson(backport, await decisionsOf(db, id)),
    ...homeJson(backport, { pull: pulls.get(id), pick: picks.get(id) }, opening),
  };
}

/** A gate that does not know must not open. */
function notShown(reply: FastifyReply) {
  return reply.code(403).send({ error: 'This token may not ask about that service: it lacks the scope admin.' });
}

function unknownBackport(reply: FastifyReply) {
  return reply.code(404).send({ error: 'I know no such backport.' });
}

function gateJson(checks: readonly GateCheck[]) {
  const told = checks.filter(({ outcome }) => outcome !== 'passes' && outcome !== 'warns');
  return {
    pass: !checks.some(({ outcome }) => outcome === 'forbids'),
    reasons: told.map(({ text }) => text),
    warnings: checks.filter(({ outcome }) => outcome === 'warns').map(({ text }) => text),
    unknown: checks.some(({ outcome }) => outcome === 'unknown'),
    checks,
  };
}

function nameIn(known: ReadonlyMap<string, string>, name: string): string {
  return known.get(name.toLowerCase()) ?? known.get(plainName(name)) ?? plainName(name);
}
