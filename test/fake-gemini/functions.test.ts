/** What the stand-in refuses where a model may call functions. */
import type { FakeGemini } from '../../fake-gemini/server';
import { errorOf, send, startFast } from './client';

const MODEL = 'gemini-3.5-flash';
let fake: FakeGemini;
beforeAll(async () => void (fake = await startFast({ models: [MODEL, 'gemini-2.5-flash'] })));
afterAll(() => fake.close());

const user = (text: string) => ({ role: 'user', parts: [{ text }] });
const said = (text: string) => ({ role: 'model', parts: [{ text }] });
const called = (name: string, thoughtSignature?: string) => ({
	role: 'model',
	parts: [{ functionCall: { name, args: { title: 'VPN' } }, ...(thoughtSignature && { thoughtSignature }) }],
});
const gave = (...names: string[]) => ({
	role: 'user',
	parts: names.map((name) => ({ functionResponse: { name, response: { result: 'IT' } } })),
});

const FIND = {
	name: 'find_department',
	description: 'Finds the department',
	parameters: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
};

function ask(contents: unknown[], functionDeclarations: unknown[] = [FIND]) {
	return { generationConfig: {}, contents, tools: [{ functionDeclarations }] };
}

const refusalOf = async (body: ReturnType<typeof ask>, model = MODEL): Promise<string | null> => {
	const answer = await send(fake, body, { model });
	return answer.status === 200 ? null : (await errorOf(answer)).message;
};

it.each([
	['a question', [user('VPN?')]],
	['a call and what it gave', [user('VPN?'), called('find_department', 'c2ln'), gave('find_department')]],
	[
		'calls without thoughts before the user spoke again',
		[user('VPN?'), called('find_department'), gave('find_department'), said('IT'), user('And now?')],
	],
])('takes %s', async (_, contents) => expect(await refusalOf(ask(contents))).toBeNull());

it('wants no thoughts back of older models', async () => {
	const contents = [user('VPN?'), called('find_department'), gave('find_department')];
	expect(await refusalOf(ask(contents), 'gemini-2.5-flash')).toBeNull();
});

it.each([
	['a name with a space', { ...FIND, name: 'find department' }, /declarations\[0\]\.name: Invalid function name/u],
	['a name that starts with a digit', { ...FIND, name: '1st' }, /Invalid function name/u],
	['a name of 65 characters', { ...FIND, name: 'f'.repeat(65) }, /maximum length of 64/u],
	['parameters that are no object', { ...FIND, parameters: { type: 'string' } }, /should be of type OBJECT/u],
	[
		'an object without properties',
		{ ...FIND, parameters: { type: 'object' } },
		/parameters\.properties: should be non-/u,
	],
	[
		'a required property that is not there',
		{ ...FIND, parameters: { ...FIND.parameters, required: ['x'] } },
		/required\[0\]/u,
	],
	[
		'a word of JSON schema',
		{ ...FIND, parameters: { ...FIND.parameters, additionalProperties: false } },
		/Unknown name/u,
	],
])('refuses %s', async (_, declaration, why) => {
	expect(await refusalOf(ask([user('VPN?')], [declaration]))).toMatch(why);
});

it('refuses a function that is declared twice', async () => {
	expect(await refusalOf(ask([user('VPN?')], [FIND, FIND]))).toMatch(/declarations\[1\]\.name: Duplicate function/u);
});

const CALL = called('find_department', 'c2ln');

it.each([
	[
		'a call at the beginning',
		[CALL, gave('find_department')],
		/function call turn comes immediately after a user turn/u,
	],
	[
		'a call after words of the model',
		[user('VPN?'), said('Wait.'), CALL, gave('find_department')],
		/comes immediately/u,
	],
	['what no call gave', [user('VPN?'), gave('find_department')], /function response turn comes immediately after/u],
	['a call that gave nothing', [user('VPN?'), CALL, user('And?')], /number of function response parts is equal/u],
	[
		'too much for one call',
		[user('VPN?'), CALL, gave('find_department', 'find_department')],
		/number of function response/u,
	],
	['a call without its thoughts', [user('VPN?'), called('find_department'), gave('find_department')], /position 2\./u],
])('refuses %s', async (_, contents, why) => expect(await refusalOf(ask(contents))).toMatch(why));
