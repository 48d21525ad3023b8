import { createProgress } from '../../../service/cli/progress';
import { collect } from '../../helpers/triage-cli';

const standing = { position: 50, read: 12, done: 9, invalid: 1 };

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test.each([
	[100, '9 of 12 rows read are done, 1 invalid (50 %)\n'],
	[null, '9 of 12 rows read are done, 1 invalid\n'],
])('a line now and then where nobody looks on (size %s)', (size, line) => {
	const { stream, text } = collect();
	const progress = createProgress(stream, size);
	progress.update(standing);
	progress.note('line 3: title is required');
	jest.advanceTimersByTime(5000);
	progress.stop();
	jest.advanceTimersByTime(60_000);
	expect(text()).toBe(`line 3: title is required\n${line}`);
});

test.each([
	[100, /50 % \| 9 of 12 rows, 1 invalid/],
	[null, /9 of 12 rows, 1 invalid/],
])('a bar at a terminal, and notes above it (size %s)', (size, bar) => {
	const { stream, text } = collect();
	const progress = createProgress(Object.assign(stream, { isTTY: true, columns: 100 }), size);
	progress.update(standing);
	progress.note('line 3: title is required');
	progress.stop();
	expect(text()).toMatch(bar);
	expect(text()).toContain('\r\u001b[Kline 3: title is required\n\u001b7');
});
