import { seldom } from '../../service/seldom';

it('says it once in a while, with how many times it did not', () => {
	let now = 0;
	const said: number[] = [];
	const complain = seldom(100, () => now);
	for (const time of [0, 1, 50, 99, 100, 199, 500, 501]) {
		now = time;
		complain((leftOut) => said.push(leftOut));
	}
	expect(said).toEqual([0, 3, 1]);
});
