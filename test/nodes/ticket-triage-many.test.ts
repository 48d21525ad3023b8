import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadPackage } from '../helpers/n8n';

const TEXT = 'VPN and wifi do not work on my laptop, cannot log in. ';
const MEGABYTE = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const heapUsed = (): number => {
	collectGarbage();
	return process.memoryUsage().heapUsed;
};

test('1,000 items: order and pairs stay, and what is kept is little more than what is passed on', async () => {
	const pack = await loadPackage();
	const parameters = { threshold: 0.2, outputs: 'perDepartment' };
	const items = Array.from({ length: 1000 }, (_, n) => ({ n, title: `Laptop ${n}`, description: TEXT.repeat(40) }));
	await pack.run({ node: 'ticketTriage', items: items.slice(0, 50), parameters });
	const before = heapUsed();
	const ran = await pack.run({ node: 'ticketTriage', items, parameters });
	const kept = heapUsed() - before;
	expect(ran.error).toBeUndefined();
	expect(ran.json[0].map(({ n }) => n)).toEqual(items.map(({ n }) => n));
	expect(ran.outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(items.map(({ n }) => ({ item: n })));
	// The texts are shared with the input; results and pairs are about 2 kB an item.
	expect(kept).toBeLessThan(16 * MEGABYTE);
});

test('other work has its turn while the local model reads', async () => {
	const pack = await loadPackage();
	const items = Array.from({ length: 1000 }, (_, n) => ({ title: `Laptop ${n}`, description: TEXT }));
	let turns = 0;
	let running = true;
	const count = (): void => {
		turns += 1;
		if (running) setImmediate(count);
	};
	setImmediate(count);
	await pack.run({ node: 'ticketTriage', items });
	running = false;
	expect(turns).toBeGreaterThanOrEqual(20);
});
