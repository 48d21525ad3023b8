/** The stand-in for Gemini against Google's own definition of it. Needs ../shared/contracts: `npm run contracts`. */
import { HarmBlockThreshold, HarmCategory } from '@google/generative-ai';
import protobuf from 'protobufjs';
import { FAULTS, type Fault } from '../../fake-gemini/faults';
import type { FakeGemini } from '../../fake-gemini/server';
import { ENUMS, FINISH_REASONS, MESSAGES } from '../../fake-gemini/wire-table';
import { buildBody, errorOf, send, startFast, withConfig } from './client';
import { PACKAGE, fieldOf, loadDefinitions, misfits } from './proto';

const root = loadDefinitions();
const response = root.lookupType(`${PACKAGE}.GenerateContentResponse`);
const status = root.lookupType('google.rpc.Status');

/** Newer than the definition. */
const NEWER_FIELDS = ['ThinkingConfig.thinkingLevel'];
const NEWER_ENUMS = ['ThinkingConfig.ThinkingLevel'];
const NEWER_REASONS = ['CONTINUATION', 'MALFORMED_RESPONSE'];
/** Defined in safety.proto, which does not lie there: the official client knows it. */
const SAFETY_MESSAGES = ['SafetySetting'];
const SAFETY_ENUMS: Record<string, object> = {
	HarmCategory,
	'SafetySetting.HarmBlockThreshold': HarmBlockThreshold,
};

const fields = Object.entries(MESSAGES)
	.filter(([message]) => !SAFETY_MESSAGES.includes(message))
	.flatMap(([message, types]) => Object.entries(types).map(([name, type]) => [message, name, type] as const))
	.filter(([message, name]) => !NEWER_FIELDS.includes(`${message}.${name}`));

it.each(fields)('%s.%s is %s', (message, name, type) => {
	const parent = root.lookupType(`${PACKAGE}.${message}`);
	const field = fieldOf(parent, name) as protobuf.Field;
	const isMap = field instanceof protobuf.MapField;
	const found = parent.lookup(field.type);
	const called = found ? found.fullName.replace(`.${PACKAGE}.`, '') : field.type;
	expect(isMap ? `{${called}}` : field.repeated ? `${called}[]` : called).toBe(type);
});

it.each(NEWER_FIELDS)('%s is still newer than the definition', (name) => {
	const [message, field] = name.split('.');
	expect(fieldOf(root.lookupType(`${PACKAGE}.${message}`), field)).toBeUndefined();
});

const enums = Object.entries(ENUMS).filter(([name]) => !NEWER_ENUMS.includes(name) && !(name in SAFETY_ENUMS));

it.each(enums)('%s has the values by their numbers', (name, values) => {
	const { values: defined } = root.lookupEnum(`${PACKAGE}.${name}`);
	expect(Object.fromEntries(values.map((value, i) => [value, i]))).toEqual(defined);
});

it.each(Object.entries(SAFETY_ENUMS))('%s has what the official client has', (name, known) => {
	expect(ENUMS[name]).toEqual(expect.arrayContaining(Object.values(known) as string[]));
});

it('ends for the reasons defined', () => {
	const { values } = root.lookupEnum(`${PACKAGE}.Candidate.FinishReason`);
	const defined = Object.keys(values).filter((reason) => reason !== 'FINISH_REASON_UNSPECIFIED');
	expect([...FINISH_REASONS].sort()).toEqual([...defined, ...NEWER_REASONS].sort());
});

describe('what it says', () => {
	let fake: FakeGemini;
	beforeAll(async () => void (fake = await startFast()));
	afterAll(() => fake.close());

	const isNewer = (fault: Fault): boolean => NEWER_REASONS.some((reason) => fault === `finish:${reason}`);
	const SPEECHLESS: Fault[] = ['hang', 'reset', 'cut', 'html', 'garbage'];
	const faults = FAULTS.filter((fault) => !SPEECHLESS.includes(fault) && !isNewer(fault));

	async function misfitsOf(answer: Response): Promise<string[]> {
		if (answer.status === 200) return misfits(await answer.json(), response);
		const { status: code, ...error } = await errorOf(answer);
		expect(error.code).toBe(answer.status);
		expect(Object.keys(root.lookupEnum('google.rpc.Code').values)).toContain(code);
		return misfits(error, status);
	}

	it.each([null, ...faults])('with the fault %s is as defined', async (fault) => {
		fake.next(fault);
		expect(await misfitsOf(await send(fake))).toEqual([]);
	});

	it.each([
		['an unknown field', { ...buildBody(), nonsense: 1 }, {}],
		['no contents', {}, {}],
		['a wrong temperature', withConfig({ temperature: 3 }), {}],
		['no JSON', '{', {}],
		['no key', buildBody(), { key: null }],
		['a wrong key', buildBody(), { key: 'wrong' }],
		['no such model', buildBody(), { model: 'gemini-1.0-pro' }],
	])('of %s is as defined', async (_, body, how) => {
		const answer = await send(fake, body, how);
		expect(answer.status).toBeGreaterThanOrEqual(400);
		expect(await misfitsOf(answer)).toEqual([]);
	});
});

it.each([
	[{ candidate: [] }, '.candidate is not in GenerateContentResponse'],
	[{ candidates: {} }, '.candidates must be a list'],
	[{ candidates: [{ finishReason: 'BORED' }] }, '.candidates.finishReason is not one of FinishReason'],
	[{ candidates: [{ content: { parts: [{ text: 1 }] } }] }, '.candidates.content.parts.text must be a string'],
	[{ usageMetadata: { promptTokenCount: 1.5 } }, '.usageMetadata.promptTokenCount must be a int32'],
])('the check refuses %j', (wrong, message) => expect(misfits(wrong, response)).toEqual([message]));

it('the check refuses a detail that is not as defined', () => {
	const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: 3 }];
	expect(misfits({ code: 429, details }, status)).toEqual(['.details.retryDelay must be a google.protobuf.Duration']);
});
