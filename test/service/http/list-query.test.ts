import { startService, validBody, type RunningService } from '../../helpers/service';

let app: RunningService;
beforeAll(async () => {
	app = await startService();
	for (const title of ['ÜBERGABE Büro', 'Übergabe am Montag', 'größe'])
		await app.submit(validBody({ title, description: 'x' }));
});
afterAll(() => app.close());

it.each([
	['cursor', '2147483648'],
	['cursor', '999999999999999'],
	['cursor', '-1'],
	['text', 'a%00b'],
	['department', '%00'],
	['from', '1969-12-31T23:59:59Z'],
	['to', '0001-01-01'],
	['to', '9999-12-31T23:59:59-12:00'],
])('%s=%s is refused and named', async (field, value) => {
	const { status, json } = await app.call('GET', `/tickets?${field}=${value}`);
	expect(status).toBe(422);
	expect(json.errors).toEqual([{ field, message: expect.any(String) }]);
});

it.each([
	['cursor', '2147483647'],
	['from', '1970-01-01'],
	['to', '9999-12-31T00:00:00Z'],
])('%s=%s is accepted', async (field, value) => {
	expect((await app.call('GET', `/tickets?${field}=${value}`)).status).toBe(200);
});

it.each([
	['ÜBERGABE', 2],
	['übergabe', 2],
	['Übergabe', 2],
	['BÜRO', 1],
	['büro', 1],
	['Größe', 1],
])('text=%s finds %i, whatever their case', async (text, found) => {
	const { json } = await app.call('GET', `/tickets?text=${encodeURIComponent(text)}`);
	expect(json.tickets).toHaveLength(found);
});
