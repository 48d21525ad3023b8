import { keepTrying } from '../../../service/pipeline/keep-trying';

describe('keepTrying', () => {
	const failing = (codes: string[]) => {
		let tries = 0;
		const write = (): Promise<void> => {
			const code = codes[tries];
			tries += 1;
			return code === undefined ? Promise.resolve() : Promise.reject(Object.assign(new Error(code), { code }));
		};
		return { write, tries: () => tries };
	};

	it('ends with the first success', async () => {
		const { write, tries } = failing(['SQLITE_BUSY', 'SQLITE_BUSY']);
		await keepTrying(write, [1, 1, 1, 1]);
		expect(tries()).toBe(3);
	});

	it('ends with the last error', async () => {
		const { write, tries } = failing(Array(9).fill('SQLITE_BUSY') as string[]);
		await expect(keepTrying(write, [1, 1])).rejects.toThrow('SQLITE_BUSY');
		expect(tries()).toBe(3);
	});

	it('does not repeat what is refused for what it is', async () => {
		const { write, tries } = failing(['SQLITE_CONSTRAINT', 'SQLITE_CONSTRAINT']);
		await expect(keepTrying(write, [1, 1])).rejects.toThrow('SQLITE_CONSTRAINT');
		expect(tries()).toBe(1);
	});
});
