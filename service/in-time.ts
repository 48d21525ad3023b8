import { noAnswer } from './store/outages';

/** What `work` gives, or an outage where it gives nothing for so many milliseconds; it goes on unheeded then. */
export async function inTime<T>(work: Promise<T>, mostMs: number): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_resolve, reject) => {
		timer = setTimeout(() => reject(noAnswer()), mostMs);
	});
	return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
